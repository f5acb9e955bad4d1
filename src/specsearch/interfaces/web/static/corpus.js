// The corpus: sending files with progress, dropping them, and how far long work is. Everything is possible without it.
(() => {
  "use strict";
  const job = document.getElementById("job");
  if (job && window.EventSource) follow(job);
  const form = document.getElementById("add");
  if (form) sending(form);

  function follow(place) {
    const bar = place.querySelector("progress"), lost = document.getElementById("lost"), spoken = document.getElementById("spoken");
    const source = new EventSource(place.dataset.events);
    let stage = "";
    source.onmessage = (event) => {
      const said = JSON.parse(event.data);
      lost.hidden = true;
      if (said.over) { source.close(); location.reload(); return; }
      for (const part of place.querySelectorAll("[data-said]")) part.textContent = said[part.dataset.said];
      if (said.total) { bar.max = said.total; bar.value = said.done; } else bar.removeAttribute("value");
      if (said.stage !== stage) spoken.textContent = stage = said.stage;
    };
    source.onerror = () => { lost.hidden = false; };
    addEventListener("pagehide", () => source.close());
  }

  function sending(form) {
    const shown = document.getElementById("sending"), words = shown.querySelector("p"), bar = shown.querySelector("progress");
    const most = Number(form.dataset.most) * 1e6 * 0.9, many = 500;

    form.addEventListener("submit", (event) => {
      const files = [...form.elements.files.files].map((file) => ({ file, name: file.name }))
        .concat([...form.elements.directory.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      if (!files.length) return; // the server says what is missing
      event.preventDefault();
      send(files);
    });
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", async (event) => {
      event.preventDefault();
      form.classList.remove("over");
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
      const files = entries.length ? (await Promise.all(entries.map(below))).flat() : [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
      if (files.length) send(files);
    });

    async function below(entry) {
      if (entry.isFile) return [{ file: await new Promise((take, fail) => entry.file(take, fail)), name: entry.fullPath.replace(/^\//, "") }];
      const reader = entry.createReader(), found = [];
      for (;;) {
        const some = await new Promise((take, fail) => reader.readEntries(take, fail));
        if (!some.length) break;
        found.push(...some);
      }
      return (await Promise.all(found.map(below))).flat();
    }

    function parts(files) {
      const found = [];
      let size = 0;
      for (const one of files) {
        if (!found.length || size + one.file.size > most || found.at(-1).length >= many) { found.push([]); size = 0; }
        found.at(-1).push(one);
        size += one.file.size;
      }
      return found;
    }

    async function send(files) {
      const button = form.querySelector("button"), total = files.reduce((sum, one) => sum + one.file.size, 0) || 1;
      const added = [], refused = [];
      let before = 0;
      button.disabled = true;
      shown.hidden = bar.hidden = false;
      bar.value = 0;
      shown.querySelector("ul")?.remove();
      try {
        for (const some of parts(files)) {
          const answer = await post(some, (sent) => { bar.value = Math.min(100, 100 * (before + sent) / total); words.textContent = `Sending ${files.length} ${files.length === 1 ? "file" : "files"}: ${Math.round(bar.value)} %`; });
          added.push(...answer.added);
          refused.push(...answer.refused);
          before += some.reduce((sum, one) => sum + one.file.size, 0);
        }
        if (!refused.length) { location.assign(`/corpus?added=${added.length}#waiting`); return; }
        tell(`${added.length} added, ${refused.length} not added:`, refused);
      } catch (error) {
        tell(`${added.length ? `${added.length} added, then it stopped. ` : "Nothing was added. "}${error.message}`, refused);
      }
      button.disabled = false;
      if (added.length) htmx.ajax("GET", "/corpus", { target: "#waiting", select: "#waiting", swap: "outerHTML" });
    }

    function post(files, progress) {
      return new Promise((take, fail) => {
        const data = new FormData(), request = new XMLHttpRequest();
        data.append("folder", form.elements.folder.value);
        if (form.elements.replace.checked) data.append("replace", "yes");
        for (const one of files) data.append("files", one.file, one.name);
        request.open("POST", form.action);
        request.setRequestHeader("Accept", "application/json");
        request.upload.onprogress = (event) => progress(event.loaded);
        request.onerror = () => fail(new Error("The server does not answer, or took too little time to read it. Try again with fewer files."));
        request.onload = () => {
          let answer = null;
          try { answer = JSON.parse(request.responseText); } catch { /* a refusal in words */ }
          if (request.status === 200 && answer) take(answer);
          else fail(new Error(answer && answer.error ? answer.error : request.responseText));
        };
        request.send(data);
      });
    }

    function tell(said, refused) {
      words.textContent = said;
      bar.hidden = true;
      const list = document.createElement("ul");
      for (const one of refused.slice(0, 200)) list.append(Object.assign(document.createElement("li"), { textContent: `${one.name}: ${one.reason}` }));
      if (refused.length) shown.append(list);
    }
  }
})();
