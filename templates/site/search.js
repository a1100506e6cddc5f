"use strict";
// The search of the site, without a server: search-data.js holds the texts. Words are made as
// src/text/search_words.rs makes them: Latin words and the parts of identifiers, and pairs of
// neighbouring characters for Japanese.
(function () {
  const data = window.psodMatchSearch;
  const form = document.getElementById("search");
  const input = document.getElementById("q");
  const count = document.getElementById("count");
  const list = document.getElementById("hits");
  const MOST = 50, AROUND = 40, ENDING_WORTH = 0.5;
  const language = document.documentElement.lang;

  const JAPANESE = "\\u3041-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3005\\u3006\\u3400-\\u9fff";
  const RUNS = new RegExp(
    "[" + JAPANESE + "]+|(?:(?![" + JAPANESE + "])[\\p{L}\\p{N}_]|(?<=[0-9])\\.(?=[0-9]))+", "gu");
  const IS_JAPANESE = new RegExp("^[" + JAPANESE + "]");
  const PART = /_|(?<=[\p{Ll}0-9])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;

  function runs(text) {
    return (text.normalize("NFKC").match(RUNS) || [])
      .map((run) => run.replace(/^_+|_+$/g, ""))
      .filter((run) => run !== "");
  }

  function pairs(run) {
    const characters = Array.from(run);
    return characters.map((_, at) => characters.slice(at, at + 2).join(""));
  }

  function words(text) {
    const found = [];
    for (const run of runs(text)) {
      if (IS_JAPANESE.test(run)) {
        found.push(...pairs(run));
      } else {
        found.push(run.toLowerCase());
        const parts = run.split(PART).filter((part) => part);
        if (parts.length > 1) {
          found.push(...parts.map((part) => part.toLowerCase()));
        }
      }
    }
    return found;
  }

  // Word -> entry -> the fields that hold it.
  const index = new Map();
  data.entries.forEach((entry, number) => {
    entry.texts.forEach(([field, text]) => {
      for (const word of words(text)) {
        if (!index.has(word)) index.set(word, new Map());
        const places = index.get(word);
        if (!places.has(number)) places.set(number, new Set());
        places.get(number).add(field);
      }
    });
  });
  const vocabulary = Array.from(index.keys()).sort();

  function beginningWith(start) {
    let low = 0, high = vocabulary.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (vocabulary[middle] < start) low = middle + 1; else high = middle;
    }
    const found = [];
    for (; low < vocabulary.length && vocabulary[low].startsWith(start); low++) {
      found.push(vocabulary[low]);
    }
    return found;
  }

  // Returns true when a text of the field holds the characters as they were asked for.
  function holds(entry, field, asked) {
    return entry.texts.some(([name, text]) => name === field && text.toLowerCase().includes(asked));
  }

  // Entry -> the weight of the run there.
  function worthOf(run) {
    const japanese = IS_JAPANESE.test(run);
    const asked = run.toLowerCase();
    const terms = new Map();
    if (japanese && Array.from(run).length > 1) {
      terms.set(pairs(run)[0], 1);
    } else {
      for (const word of beginningWith(asked)) {
        terms.set(word, word === asked || japanese ? 1 : ENDING_WORTH);
      }
      const parts = run.split(PART).filter((part) => part);
      if (parts.length > 1) terms.set(parts[0].toLowerCase(), 1);
    }
    const worth = new Map();
    terms.forEach((share, term) => {
      const places = index.get(term);
      if (!places) return;
      const rarity = Math.log(1 + data.entries.length / places.size);
      places.forEach((fields, number) => {
        for (const field of fields) {
          if (!holds(data.entries[number], field, asked)) continue;
          const score = share * rarity * data.weights[field];
          worth.set(number, Math.max(worth.get(number) || 0, score));
        }
      });
    });
    return worth;
  }

  function search(question) {
    const asked = runs(question);
    const hits = new Map();
    for (const run of asked) {
      worthOf(run).forEach((score, number) => {
        const hit = hits.get(number) || { entry: data.entries[number], words: 0, score: 0 };
        hit.words += 1;
        hit.score += score;
        hits.set(number, hit);
      });
    }
    const found = Array.from(hits.values());
    found.forEach((hit) => { hit.all = hit.words === asked.length; });
    found.sort((one, other) => (other.all - one.all) || (other.score - one.score) ||
      (one.entry.id < other.entry.id ? -1 : 1));
    return { asked: asked.map((run) => run.toLowerCase()), found };
  }

  // The text with most of the words: the reader's language first, then the weightier field.
  function bestText(entry, asked) {
    let best = null;
    for (const [field, text] of entry.texts) {
      const lower = text.toLowerCase();
      const hits = asked.filter((word) => lower.includes(word)).length;
      const own = field.endsWith("_ja") === (language === "ja") ? 0.5 : 0;
      const score = hits && hits * 10 + own + data.weights[field] / 10;
      if (score && (!best || score > best.score)) best = { field, text, score };
    }
    return best;
  }

  function marked(text, asked) {
    const lower = text.toLowerCase();
    const fragment = document.createDocumentFragment();
    // Folding the case of some letters changes their number; then nothing is marked.
    const places = lower.length !== text.length ? [] : asked.flatMap((word) => {
      const found = [];
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
        found.push([at, at + word.length]);
      }
      return found;
    });
    places.sort((one, other) => one[0] - other[0]);
    const first = places.length ? places[0][0] : 0;
    let from = first > AROUND ? first - AROUND : 0;
    const blank = text.indexOf(" ", from);
    if (from > 0 && blank >= 0 && blank < first) from = blank + 1;
    const to = Math.min(text.length, first + 3 * AROUND);
    let at = from;
    if (from > 0) fragment.append("…");
    for (const [start, end] of places) {
      if (start < at || end > to) continue;
      fragment.append(text.slice(at, start));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      fragment.append(mark);
      at = end;
    }
    fragment.append(text.slice(at, to) + (to < text.length ? "…" : ""));
    return fragment;
  }

  function shown(hit, asked) {
    const entry = hit.entry;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = input.dataset.home + entry.page;
    const japanese = language === "ja" && entry.title_ja;
    link.textContent = japanese ? entry.title_ja : entry.title;
    if (language === "ja" && !japanese) link.lang = "en";
    const about = document.createElement("span");
    about.className = "about";
    const id = document.createElement("span");
    id.className = "id";
    id.textContent = entry.id;
    about.append(id, hit.all ? "" : " " + input.dataset.some);
    item.append(link, about);
    const best = bestText(entry, asked);
    if (best) {
      const why = document.createElement("span");
      why.className = "why";
      why.lang = best.field.endsWith("_ja") ? "ja" : "en";
      const label = data.labels[language][best.field.replace(/_ja$/, "")] || best.field;
      why.append(label + ": ", marked(best.text, asked));
      item.append(why);
    }
    return item;
  }

  function show() {
    const question = input.value;
    const { asked, found } = search(question);
    list.replaceChildren(...found.slice(0, MOST).map((hit) => shown(hit, asked)));
    const all = found.filter((hit) => hit.all).length;
    const text = found.length ? input.dataset.found : input.dataset.none;
    count.textContent = asked.length === 0 ? "" :
      text.replace("{all}", all).replace("{some}", found.length - all);
  }

  function fromAddress() {
    const match = /^#q=(.*)$/.exec(location.hash);
    if (!match) return;
    try {
      input.value = decodeURIComponent(match[1].replace(/\+/g, " "));
    } catch (_) {
      input.value = match[1];
    }
    show();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    show();
    const address = input.value ? "#q=" + encodeURIComponent(input.value) : "#";
    try { history.replaceState(null, "", address); } catch (_) { /* some browsers refuse it for files */ }
  });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
