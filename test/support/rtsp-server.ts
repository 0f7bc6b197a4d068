/** A small real RTSP server for tests: ffmpeg makes the RTP packets, this relays them over TCP (interleaved) or UDP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export interface RtspServerOptions {
  readonly ffmpegPath: string;
  /** Asks for HTTP basic credentials; percent-encoded as in a URL. */
  readonly login?: { readonly user: string; readonly password: string };
}

export class RtspServer {
  readonly #options: RtspServerOptions;
  readonly #sessions = new Map<Socket, (packet: Buffer) => void>();
  #rtp: UdpSocket | undefined;
  #encoder: ChildProcess | undefined;
  #server: Server | undefined;
  #sdp = '';
  #port = 0;
  /** Connections stay up, packets stop: a camera that hangs. */
  mute = false;
  connections = 0;

  private constructor(options: RtspServerOptions) {
    this.#options = options;
  }

  static async start(options: RtspServerOptions): Promise<RtspServer> {
    const server = new RtspServer(options);
    await server.#startEncoder();
    await server.comeBack();
    return server;
  }

  url(path = '/stream', login = this.#options.login): string {
    const credentials = login ? `${login.user}:${login.password}@` : '';
    return `rtsp://${credentials}127.0.0.1:${this.#port}${path}`;
  }

  /** Listens, on the same port as before. */
  async comeBack(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Drops every connection and stops listening. */
  async goAway(): Promise<void> {
    for (const socket of this.#sessions.keys()) socket.destroy();
    this.#sessions.clear();
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    await closed;
  }

  async stop(): Promise<void> {
    await this.goAway();
    this.#encoder?.kill('SIGKILL');
    this.#rtp?.close();
  }

  async #startEncoder(): Promise<void> {
    this.#rtp = createSocket('udp4').on('message', (packet) => this.#relay(packet));
    this.#rtp.bind(0, '127.0.0.1');
    await once(this.#rtp, 'listening');
    const output = `rtp://127.0.0.1:${this.#rtp.address().port}?pkt_size=1200`;
    const source = 'testsrc=size=320x240:rate=10';
    const encoder = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-g',
      '5',
      '-pix_fmt',
      'yuv420p',
    ];
    this.#encoder = spawn(
      this.#options.ffmpegPath,
      ['-nostdin', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', source, ...encoder].concat([
        ...['-threads', '1', '-flags', '+global_header', '-f', 'rtp', output],
      ]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const { stdout } = this.#encoder;
    if (!stdout) throw new Error('no pipe to the encoder');
    for await (const chunk of stdout) {
      this.#sdp += String(chunk);
      if (/a=fmtp[^\n]*\n/.test(this.#sdp)) break;
    }
    this.#sdp = `${this.#sdp
      .replace(/^SDP:\r?\n/, '')
      .trim()
      .replace(/m=video \d+/, 'm=video 0')}\r\na=control:streamid=0\r\n`;
  }

  #relay(packet: Buffer): void {
    if (this.mute) return;
    for (const send of this.#sessions.values()) send(packet);
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    let text = '';
    let sender: ((packet: Buffer) => void) | undefined;
    socket.on('error', () => this.#sessions.delete(socket));
    socket.on('close', () => this.#sessions.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        // The client's RTCP reports come in between ("$", channel, length, data); only requests matter here.
        const request = text
          .slice(0, end)
          .replace(/^[\s\S]*?(?=(OPTIONS|DESCRIBE|SETUP|PLAY|TEARDOWN|GET_PARAMETER) )/, '');
        text = text.slice(end + 4);
        const reply = this.#answer(request);
        socket.write(reply.text);
        if (reply.transport) sender = senderFor(socket, reply.transport);
        if (request.startsWith('PLAY') && sender) this.#sessions.set(socket, sender);
      }
    });
  }

  #answer(request: string): { readonly text: string; readonly transport?: string } {
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim();
    const reply = (status: string, headers: readonly string[] = [], body = '') =>
      [`RTSP/1.0 ${status}`, `CSeq: ${header('CSeq') ?? 0}`, ...headers, '', body].join('\r\n');
    const { login } = this.#options;
    const expected =
      login && `Basic ${Buffer.from(decodeURIComponent(`${login.user}:${login.password}`)).toString('base64')}`;
    const method = request.split(' ')[0];
    if (method === 'OPTIONS') return { text: reply('200 OK', ['Public: DESCRIBE, SETUP, PLAY, TEARDOWN']) };
    if (expected && header('Authorization') !== expected) {
      return { text: reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']) };
    }
    switch (method) {
      case 'DESCRIBE':
        return /^DESCRIBE \S+\/stream(\?\S*)? /.test(request)
          ? {
              text: reply(
                '200 OK',
                ['Content-Type: application/sdp', `Content-Length: ${this.#sdp.length}`],
                this.#sdp,
              ),
            }
          : { text: reply('404 Not Found') };
      case 'SETUP': {
        const transport = header('Transport') ?? '';
        const answered = transport.includes('TCP') ? transport : `${transport};server_port=40000-40001`;
        return { text: reply('200 OK', [`Transport: ${answered}`, 'Session: 1']), transport };
      }
      default:
        return { text: reply('200 OK', ['Session: 1']) };
    }
  }
}

function senderFor(socket: Socket, transport: string): (packet: Buffer) => void {
  const udpPort = /client_port=(\d+)/.exec(transport)?.[1];
  if (udpPort) {
    const udp = createSocket('udp4').unref();
    socket.on('close', () => udp.close());
    return (packet) => udp.send(packet, Number(udpPort), '127.0.0.1');
  }
  return (packet) => {
    const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
    if (socket.writable) socket.write(Buffer.concat([head, packet]));
  };
}
