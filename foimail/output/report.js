(() => {
  const table = document.querySelector("table");
  const tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const text = tools.querySelector("input");
  const stage = tools.querySelector("select");
  const shown = tools.querySelector("output");
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const all = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => all.includes(word)) || (stage.value !== "" && row.dataset.stage !== stage.value);
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = count === rows.length ? `${count} shown` : `${count} of ${rows.length} shown`;
  };
  text.addEventListener("input", filter);
  stage.addEventListener("change", filter);
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.sort;
      const compare =
        head.dataset.sort === "number"
          ? (one, two) => Number(one) - Number(two)
          : (one, two) => one.localeCompare(two, "en");
      const order = (one, two) => {
        // an empty cell comes last, whichever way
        if (key(one) === "" || key(two) === "") return (key(one) === "") - (key(two) === "");
        return (down ? -1 : 1) * compare(key(one), key(two));
      };
      body.append(...[...body.rows].sort(order));
    });
  });
  tools.hidden = false;
  filter();
})();
