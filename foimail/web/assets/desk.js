// What a page can do more with a script: keys, tables that follow what is typed, quotes in place, a live preview.
// Without it every page can be read and every decision made.
(() => {
  "use strict";
  const writes = (place) => place.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // a key presses the button, ticks the box, or goes to the field that names it
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && writes(event.target)) {
      event.target.blur();
      return;
    }
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "q") {
      const quote = document.getElementById("quote");
      if (quote) {
        quote.closest("details")?.setAttribute("open", "");
        quote.scrollIntoView({ block: "center" });
      }
      return;
    }
    const meant = event.key === "Enter" && event.target === document.body ? "a" : event.key;
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === meant && !one.disabled);
    if (!found) return;
    event.preventDefault();
    if (writes(found)) found.focus();
    else found.click();
  });

  // a form is sent once
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  const ready = (place) => {
    for (const all of place.querySelectorAll("[data-all]")) {
      all.hidden = false;
      all.addEventListener("change", () => {
        for (const one of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) one.checked = all.checked;
      });
    }
  };
  ready(document);

  // a table follows what is typed
  for (const form of document.querySelectorAll("form[data-live]")) {
    const place = document.getElementById(form.dataset.live);
    let waits = 0;
    let asked = 0;
    const load = async () => {
      const words = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      const number = ++asked;
      const path = form.getAttribute("action").split("#")[0];
      const answer = await fetch(`${path}?${words}`, { headers: { "X-Part": "rows" } });
      if (!answer.ok || number !== asked) return;
      place.innerHTML = await answer.text();
      history.replaceState(null, "", `${path}?${words}`);
      ready(place);
    };
    const soon = () => {
      clearTimeout(waits);
      waits = setTimeout(load, 120);
    };
    form.addEventListener("input", soon);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      load();
    });
    form.querySelector("button").hidden = true;
  }

  // a cell opens its quote in place
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const dialog = document.getElementById("quote-box");
    if (!dialog) return;
    event.preventDefault();
    const address = new URL(link.href);
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById(address.hash.slice(1));
    if (!part) {
      location.assign(link.href);
      return;
    }
    dialog.querySelector("div").replaceChildren(document.importNode(part, true));
    dialog.showModal();
  });

  // the letter beside the words that are typed
  const text = document.querySelector("textarea[data-preview]");
  if (text) {
    const shown = document.getElementById(text.dataset.preview);
    const subject = document.querySelector("[name=subject]");
    const show = () => {
      shown.querySelector(".words").textContent = text.value;
      shown.querySelector("h2").textContent = subject.value;
    };
    text.addEventListener("input", show);
    subject.addEventListener("input", show);
    shown.hidden = false;
    show();
  }

  // what is at work is looked at again
  if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 2000);
})();
