/** Ways to a collector on the LAN over which messages are sent and nothing is heard. */
import { createSocket } from 'node:dgram';
import { isIPv6, connect as overTcp, type Socket } from 'node:net';
import { connect as overTls } from 'node:tls';
import { type LanWay, type LanWayTarget, MenshenError } from '../core/index.js';

const openTimeoutMs = 10_000;
/** A collector that takes nothing for so long is as good as away. */
const sendTimeoutMs = 10_000;

/** @throws MenshenError `listener-unreachable`; `egress-refused` from the process's guard where the address is not listed. */
export function openLanWay(target: LanWayTarget, signal: AbortSignal): Promise<LanWay> {
  return target.protocol === 'udp' ? Promise.resolve(datagrams(target)) : stream(target, signal);
}

function datagrams({ address, port }: LanWayTarget): LanWay {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // What a machine on the way says of an earlier message is told by the next one.
  socket.on('error', () => undefined);
  socket.unref();
  let open = true;
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(unreachable('the way was closed'));
        socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(inWords(error))));
      }),
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}

function stream({ protocol, address, port, authority }: LanWayTarget, signal: AbortSignal): Promise<LanWay> {
  return new Promise((resolve, reject) => {
    const secure = protocol === 'tls';
    if (secure && authority === undefined) return reject(unreachable('tls needs the collector’s authority'));
    if (signal.aborted) return reject(unreachable('the service stops'));
    const socket = secure
      ? overTls({ host: address, port, ca: authority, minVersion: 'TLSv1.2', rejectUnauthorized: true })
      : overTcp({ host: address, port });
    const fail = (error: unknown) => {
      settled();
      socket.destroy();
      reject(inWords(error));
    };
    const stop = () => fail(unreachable('the service stops'));
    const late = setTimeout(() => fail(unreachable(`no connection within ${openTimeoutMs} ms`)), openTimeoutMs);
    late.unref();
    const settled = () => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      socket.off('close', closed);
    };
    const closed = () => fail(unreachable('the connection was closed'));
    signal.addEventListener('abort', stop);
    // Stays until the end: whatever a socket has still to say must not end the process.
    socket.on('error', fail);
    socket.on('close', closed);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      settled();
      resolve(overSocket(socket));
    });
  });
}

function overSocket(socket: Socket): LanWay {
  let why: MenshenError | undefined;
  let fail: ((error: MenshenError) => void) | undefined;
  const over = (error: unknown) => {
    why ??= inWords(error);
    fail?.(why);
    socket.destroy();
  };
  socket.on('error', over);
  socket.on('close', () => over(unreachable('the connection was closed')));
  socket.on('end', () => over(unreachable('the collector closed the connection')));
  // Nothing is expected from there, and nothing is kept of it.
  socket.resume();
  socket.setNoDelay(true);
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        if (why !== undefined) return reject(why);
        const late = setTimeout(() => over(unreachable(`it takes nothing for ${sendTimeoutMs} ms`)), sendTimeoutMs);
        late.unref();
        fail = (error) => {
          clearTimeout(late);
          reject(error);
        };
        socket.write(bytes, (error) => {
          clearTimeout(late);
          fail = undefined;
          if (error === undefined || error === null) resolve();
          else reject(inWords(error));
        });
      }),
    close: () => over(unreachable('the way was closed')),
  };
}

/** The system's code where there is one; the words of a peer’s certificate are not ours to repeat. */
function inWords(thrown: unknown): MenshenError {
  if (thrown instanceof MenshenError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return unreachable(/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'the connection failed', thrown);
}

const unreachable = (why: string, cause?: unknown): MenshenError =>
  new MenshenError('listener-unreachable', why, { cause });
