// Keeps what is typed into a report as a draft. Without it the button "Lưu nháp" does the same.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  const said = document.querySelector("[data-draft-said]");
  if (!form || !said) return;
  const EVERY = 20000;
  let changed = false, saving = false;
  const save = async (leaving) => {
    if (!changed || saving) return;
    changed = false;
    saving = true;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "action") body.append(name, value);
    body.set("action", "draft");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, keepalive: leaving, headers: { accept: "application/json" } });
      const told = await answer.json();
      said.textContent = told.said || said.dataset.failed;
      if (answer.ok) form.elements.draft_version.value = told.version;
    } catch {
      changed = true;
      said.textContent = said.dataset.failed;
    }
    saving = false;
  };
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  setInterval(() => save(false), EVERY);
})();

// Names a file that is too large when it is chosen, before anything is sent. Without it the answer says so.
(() => {
  "use strict";
  for (const chosen of document.querySelectorAll("input[type=file][data-most]")) {
    const { most, large } = chosen.dataset;
    chosen.addEventListener("change", () => {
      const found = [...chosen.files].find((file) => file.size > most * 1024 * 1024);
      chosen.setCustomValidity(found ? large.replace("{name}", found.name).replace("{limit}", most) : "");
      chosen.reportValidity();
    });
  }
})();
