export interface StreamedEvent {
  readonly id: string;
  readonly data: string;
}

/** Reads server-sent events off a byte stream: those that have an id and data; comments are the terminal’s heartbeat. */
export async function* eventLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent, void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      if (rest.length > longestEvent) throw new RangeError('an event is longer than any event is');
      for (const part of parts) {
        const event = eventIn(part);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const longestEvent = 1024 * 1024;

function eventIn(part: string): StreamedEvent | undefined {
  const fields = new Map(
    part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.replace(/^[^:]*: ?/, '')]),
  );
  const [id, data] = [fields.get('id'), fields.get('data')];
  return id === undefined || data === undefined ? undefined : { id, data };
}
