import { request } from 'node:http';

/** A panel that listens to the event stream for as long as it is told, and hears every serial once and in order. */
export class Listener {
  /** @param {string} url @param {string} key @param {number} fromSerial */
  constructor(url, key, fromSerial) {
    this.next = fromSerial;
    this.heard = 0;
    /** @type {string[]} */
    this.wrong = [];
    this.rest = '';
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      'last-event-id': String(fromSerial - 1),
    };
    this.request = request(`${url}/v1/events`, { headers, agent: false });
    this.request.once('response', (response) => {
      if (response.statusCode !== 200) this.wrong.push(`the stream answers ${response.statusCode}`);
      response.setEncoding('utf8').on('data', (text) => this.take(text));
      response.once('close', () => this.ended || this.wrong.push('the stream was cut'));
    });
    this.request.on('error', (fault) => this.ended || this.wrong.push(String(fault)));
    this.request.end();
    this.ended = false;
  }

  /** @param {string} text */
  take(text) {
    const parts = (this.rest + text).split('\n\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      const serial = Number(/^id: (\d+)$/m.exec(part)?.[1] ?? Number.NaN);
      if (Number.isNaN(serial)) continue;
      if (serial !== this.next) this.wrong.push(`after ${this.next - 1} came ${serial}`);
      this.next = serial + 1;
      this.heard += 1;
    }
  }

  /** Hears everything up to a serial, for some seconds more. @param {number} last */
  async until(last) {
    for (let tries = 0; tries < 150 && this.next <= last; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    if (this.next <= last) this.wrong.push(`it heard up to ${this.next - 1} of ${last}`);
    this.ended = true;
    this.request.destroy();
  }
}
