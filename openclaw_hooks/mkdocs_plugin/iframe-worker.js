// Stands in for web workers on pages opened from a disk, where browsers start none: the script runs in a hidden frame.
// Unlike others it puts no script into the frame's text, so that it works under a content security policy.
(() => {
  if (location.protocol !== "file:") return;

  class FrameWorker extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.onerror = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      inner.postMessage = (data) => this.deliver(data);
      inner.importScripts = (...sources) =>
        sources.reduce((before, source) => before.then(() => this.run(new URL(source, url).href)), Promise.resolve());
      this.ready = this.run(url);
    }

    run(source) {
      const inner = this.frame.contentDocument;
      return new Promise((resolve, reject) => {
        const script = inner.createElement("script");
        script.src = source;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${source}`));
        inner.body.append(script);
      });
    }

    deliver(data) {
      const event = new MessageEvent("message", { data: structuredClone(data) });
      this.dispatchEvent(event);
      this.onmessage?.(event);
    }

    postMessage(data) {
      const event = new MessageEvent("message", { data: structuredClone(data) });
      this.ready.then(
        () => this.frame.contentWindow.dispatchEvent(event),
        (error) => this.onerror?.(new ErrorEvent("error", { message: error.message, error })),
      );
    }

    terminate() {
      this.frame.remove();
    }
  }

  window.IFrameWorker = FrameWorker; // by this name material knows that its script does not run in a real worker
  window.Worker = FrameWorker;
})();
