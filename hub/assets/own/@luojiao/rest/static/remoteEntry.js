// A page that nobody touches saves what is open, says that the room will rest, and leaves for a page that asks nothing of
// the machine. The room itself is then ended by the Hub's culler. A kernel that computes counts as somebody.
(() => {
  const TOLD = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const LIMIT = TOLD.roomIdleSeconds * 1000;
  const NOTICE = Math.min(5 * 60_000, LIMIT / 3); // so long before
  const LOOK = Math.min(20_000, NOTICE / 4);
  const KEY = `luojiao-touched:${TOLD.baseUrl}`; // all tabs of one room are one person
  const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'];

  const touched = () => Number(localStorage.getItem(KEY)) || 0;
  const touch = () => {
    if (Date.now() - touched() > 1000) localStorage.setItem(KEY, String(Date.now()));
  };

  const computes = async () => {
    const answer = await fetch(`${TOLD.baseUrl}api/kernels?no_track_activity=1`);
    return answer.ok && (await answer.json()).some(kernel => kernel.execution_state === 'busy');
  };

  const writable = app => [...app.shell.widgets('main')].map(one => one.context).filter(one => one && !one.model.readOnly);

  // Jupyter calls a document clean when a save comes back, also if somebody typed on the way: we keep our own account.
  const watched = new WeakSet();
  const changed = new WeakSet();
  const watch = app => {
    for (const context of writable(app)) {
      if (watched.has(context)) continue;
      watched.add(context);
      context.model.contentChanged.connect(() => changed.add(context));
      context.saveState.connect((_, state) => {
        if (state === 'started') changed.delete(context);
        if (state === 'failed') changed.add(context);
      });
    }
  };
  const unsaved = app => writable(app).filter(one => one.model.dirty || changed.has(one));

  const save = async app => {
    const late = new Promise(resolve => setTimeout(resolve, 20_000));
    for (const context of unsaved(app)) await Promise.race([context.save().catch(() => {}), late]);
    return unsaved(app).length === 0;
  };

  const bar = document.createElement('div');
  bar.setAttribute('role', 'alert');
  bar.id = 'luojiao-rest';
  bar.style.cssText =
    'position:fixed;z-index:10000;left:50%;bottom:1rem;transform:translateX(-50%);max-width:min(36rem,calc(100vw - 2rem));' +
    'padding:.7rem 1rem;border-radius:8px;border:1px solid #d6a640;background:#fff8e6;color:#333;font:15px/1.6 sans-serif;' +
    'box-shadow:0 2px 12px rgb(0 0 0 / 15%)';

  const say = text => {
    bar.textContent = text;
    if (!bar.isConnected) document.body.append(bar);
  };

  const look = async (app, state) => {
    const idle = Date.now() - touched();
    if (idle < LIMIT - NOTICE) {
      state.saved = false;
      bar.remove();
      return;
    }
    if (await computes()) {
      touch();
      return;
    }
    if (!state.saved) state.saved = await save(app);
    if (Date.now() - touched() < LIMIT - NOTICE) return;
    if (idle < LIMIT) {
      const minutes = Math.max(1, Math.round((LIMIT - idle) / 60_000));
      const kept = state.saved ? '打开的文件已经保存。' : '有文件没有保存成功，请按 Ctrl+S 再试。';
      say(`好一会儿没有操作了，${minutes} 分钟后学习环境将休息。${kept}动一下鼠标或按任意键就继续。`);
      return;
    }
    state.saved = await save(app); // what has come since
    if (state.saved) {
      const here = decodeURIComponent(location.pathname.slice(TOLD.baseUrl.length));
      location.replace(`${TOLD.roomResting}?to=${encodeURIComponent(here)}`);
    } else {
      say('学习环境该休息了，但有文件没有保存成功，所以还开着。请按 Ctrl+S 保存，或检查网络。');
    }
  };

  const plugin = {
    id: '@luojiao/rest:plugin',
    autoStart: true,
    activate: app => {
      localStorage.setItem(KEY, String(Date.now()));
      for (const sign of SIGNS) {
        document.addEventListener(
          sign,
          () => {
            touch();
            bar.remove();
            watch(app);
          },
          { capture: true, passive: true },
        );
      }
      const state = { saved: false, busy: false };
      setInterval(async () => {
        if (state.busy) return;
        state.busy = true;
        try {
          await look(app, state);
        } catch {
          // the line is down: the next look may find it up
        } finally {
          state.busy = false;
        }
      }, LOOK);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['@luojiao/rest'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
