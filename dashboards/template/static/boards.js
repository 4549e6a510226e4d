// The page of a board: how far it is, charts as they appear, and a word when it has fallen asleep. No inline script anywhere.
"use strict";
(() => {
  const plotlyAddress = document.currentScript.dataset.plotly;
  let plotly;

  // --- how far it is: the page is sent piece by piece, each piece ends with a step
  const step = (mark) => {
    const bar = document.getElementById("loading-bar");
    const sign = document.getElementById("loading");
    if (!bar || !sign) return;
    if (mark.dataset.done === "all") { sign.hidden = true; return; }
    const [done, all] = [Number(mark.dataset.done), Number(mark.dataset.of)];
    bar.style.width = `${Math.round((100 * done) / all)}%`;
    document.getElementById("loading-text").textContent = `正在读取数据（${done}/${all}）…`;
  };

  // --- charts: <div class="plot" data-figure="{json}">; the one plotly is fetched when the first of them appears
  const load = () => {
    plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotlyAddress;
      // Voilà's bundle brings an AMD loader along, which plotly would hide itself in.
      const { define } = window;
      window.define = undefined;
      script.onload = () => { window.define = define; resolve(window.Plotly); };
      script.onerror = () => { window.define = define; plotly = undefined; reject(new Error("plotly")); };
      document.head.append(script);
    });
    return plotly;
  };
  const narrow = (figure, width) => {
    // On a phone the names would leave no room for bars: they go above their bars.
    if (width >= 560 || figure.data[0]?.orientation !== "h" || !figure.layout.yaxis?.ticktext) return figure;
    const { yaxis } = figure.layout;
    figure.layout.annotations = yaxis.ticktext.map((text, i) => ({
      text, x: 0, xref: "paper", xanchor: "left", y: yaxis.tickvals[i], yref: "y", yshift: 20, showarrow: false,
      font: { size: 13 },
    }));
    yaxis.showticklabels = false;
    figure.layout.height = 24 + figure.layout.margin.b + 48 * yaxis.ticktext.length;
    figure.layout.bargap = 0.55;
    figure.layout.margin = { ...figure.layout.margin, t: 24, l: 20 };
    return figure;
  };
  const draw = async (place) => {
    if (place.dataset.drawn || !place.clientWidth) return;
    place.dataset.drawn = "1";
    try {
      const library = await load();
      const figure = narrow(JSON.parse(place.dataset.figure), place.clientWidth);
      place.style.height = `${figure.layout.height ?? 380}px`;
      await library.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true, locale: "zh-CN" });
    } catch {
      place.textContent = "图没有画出来，数字见下表。";
      place.style.height = "auto";
    }
  };

  // --- controls have come: what stood in their place until now goes
  const awake = () => {
    if (!document.querySelector(".live .plot, .live .table, .live .empty, .live .notice")) return;
    for (const old of document.querySelectorAll(".until-live")) old.remove();
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.matches(".step")) step(node);
        node.querySelectorAll(".step").forEach(step);
        if (node.matches(".plot")) draw(node);
        node.querySelectorAll(".plot").forEach(draw);
      }
    }
    awake();
  }).observe(document, { childList: true, subtree: true });

  // --- Voilà's script asks for these
  window.voila_heartbeat = () => {};
  window.update_loading_text = () => {};
  window.display_cells = () => {};

  // --- asleep: the service has closed the page's socket, because nobody touched it or because its viewer signed out
  const Socket = window.WebSocket;
  let leaving = false;
  window.addEventListener("pagehide", () => { leaving = true; });
  window.WebSocket = class extends Socket {
    constructor(...where) {
      super(...where);
      this.addEventListener("close", (event) => {
        if (leaving || event.code === 1000) return;
        document.getElementById("asleep").hidden = false;
        document.body.classList.add("is-asleep");
      });
      this.addEventListener("open", () => {
        document.getElementById("asleep").hidden = true;
        document.body.classList.remove("is-asleep");
      });
    }
  };
})();
