// Passkeys: offer them only where the browser can use them, and say when one did not work.
// allauth's scripts do the rest.

const isAddress = /^[\d.]+$|^\[/.test(location.hostname); // a passkey belongs to a name
const usable = window.PublicKeyCredential && window.isSecureContext && !isAddress;

for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = !usable;
for (const element of document.querySelectorAll("[data-no-passkey]")) element.hidden = usable;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-problem").hidden = false;
});
