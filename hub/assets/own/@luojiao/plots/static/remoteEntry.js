// Plotly figures in JupyterLab and Notebook: what draws is fetched when the first figure is shown, and the small build first.
// A container as module federation expects one; it shares Lumino with the application and brings nothing else along.
(() => {
  const ASSETS = document.currentScript.src.split('/labextensions/')[0];
  const TYPE = 'application/vnd.plotly.v1+json';
  const SMALL = ['plotly-cartesian.min.js', 'zh-cn.js'];
  const ALL = ['plotly.min.js', 'zh-cn.js'];
  let shared;
  let drawing; // the promise of what draws
  let complete = false;

  const fetchScript = name =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `${ASSETS}/plotly/${name}`;
      script.onload = resolve;
      script.onerror = () => reject(new Error('图表组件没有下载下来，请检查网络后重新运行这个单元格。'));
      document.head.appendChild(script);
    });

  const load = async names => {
    window.PlotlyConfig = { MathJaxConfig: 'local' };
    await fetchScript(names[0]);
    const before = window.module;
    window.module = {}; // the locale is a CommonJS file
    try {
      await fetchScript(names[1]);
      window.Plotly.register(window.module.exports);
    } finally {
      window.module = before;
    }
    return window.Plotly;
  };

  // The trace types of the small build; with another one in a figure, all of plotly is fetched.
  const plotlyFor = async figure => {
    drawing = drawing || load(SMALL);
    let plotly = await drawing.catch(error => {
      drawing = undefined;
      throw error;
    });
    const known = plotly.PlotSchema.get().traces;
    if (!complete && (figure.data || []).some(trace => !((trace.type || 'scatter') in known))) {
      complete = true;
      drawing = load(ALL);
      plotly = await drawing;
    }
    return plotly;
  };

  const plugin = Widget => {
    class Plot extends Widget {
      constructor() {
        super();
        this.addClass('luojiao-plot');
      }

      async renderModel(model) {
        const figure = model.data[TYPE];
        try {
          this.plotly = await plotlyFor(figure);
        } catch (error) {
          this.node.textContent = error.message;
          return;
        }
        const config = { responsive: true, displaylogo: false, ...figure.config, locale: 'zh-CN' };
        const { data, layout, frames } = JSON.parse(JSON.stringify(figure)); // plotly writes into what it is given
        await this.plotly.newPlot(this.node, { data, layout, config, frames });
      }

      onAfterShow() {
        this.onResize();
      }

      onResize() {
        if (this.plotly && this.isVisible) this.plotly.Plots.resize(this.node);
      }

      dispose() {
        if (this.plotly && !this.isDisposed) this.plotly.purge(this.node);
        super.dispose();
      }
    }
    return {
      id: '@luojiao/plots:factory',
      rank: 0,
      dataType: 'json',
      rendererFactory: { safe: true, mimeTypes: [TYPE], createRenderer: () => new Plot() },
    };
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['@luojiao/plots'] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const versions = Object.values(shared['@lumino/widgets']);
      const lumino = (await versions[0].get())();
      return () => ({ __esModule: true, default: plugin(lumino.Widget) });
    },
  };
})();
