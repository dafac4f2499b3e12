// The page behind a share link: a tap on a code or on a place of a flat fills in what a remark is about.

const form = document.getElementById("ask");
const place = document.getElementById("place");

for (const link of document.querySelectorAll("[data-about]")) {
  link.addEventListener("click", () => {
    form.elements.about.value = link.dataset.about;
    form.elements.text.focus({ preventScroll: true });
  });
}

for (const flat of document.querySelectorAll("[data-flat]")) {
  flat.addEventListener("click", (event) => {
    const box = flat.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width,
      y = (event.clientY - box.top) / box.height;
    form.elements.flat.value = flat.dataset.flat;
    form.elements.x.value = x.toFixed(4);
    form.elements.y.value = y.toFixed(4);
    place.textContent = `About a place on the ${flat.dataset.flat.toLowerCase()} flat.`;
    place.hidden = false;
    mark(flat.querySelector("svg"), x, y);
    form.scrollIntoView({ block: "center" });
    form.elements.text.focus({ preventScroll: true });
  });
}

function mark(svg, x, y) {
  document.querySelector("circle.now")?.remove();
  const { width, height } = svg.viewBox.baseVal;
  const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  for (const [name, value] of Object.entries({ cx: x * width, cy: y * height, r: width / 36, class: "now" }))
    circle.setAttribute(name, value);
  svg.append(circle);
}
