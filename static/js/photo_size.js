// Photos too large for the server are not sent to be told so: on a phone that takes minutes.

/** What is said of a photo with more bytes than `most`, in the words of the server; "" when it fits. */
export function tooLarge(file, most) {
  const megabytes = (bytes) => Math.round((10 * bytes) / 1024 ** 2) / 10;
  if (!most || file.size <= most) return "";
  return `“${file.name || "photo"}” has ${megabytes(file.size)} MB: at most ${megabytes(most)} MB a photo.`;
}
