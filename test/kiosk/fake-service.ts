import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  ConsentGiven,
  NewComplaint,
  NoticeDisplayed,
  NoticeView,
  ScreenEvents,
  ScreenVerification,
  ScreenVerificationRequest,
  SiteView,
  VisitAct,
  VisitRequest,
  VisitView,
} from '../../src/http/kiosk/contract.js';
import {
  type Answer,
  acceptCards,
  cardResult,
  complaintReceipt,
  decided,
  demonstrationSite,
  notices,
  ownData,
  ownDataLink,
  person,
  pinResult,
  problem,
  progress,
  withdrawalReceipt,
} from './answers.js';

const page = fileURLToPath(new URL('../../dist/kiosk', import.meta.url));
const languages = fileURLToPath(new URL('../../config/languages', import.meta.url));
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/**
 * The service's side of the contract as the page sees it: one gate, people by card, PIN and code, and whatever a test
 * sends. It knows nothing of law or faces; it shows what the page asks for and does with the answers.
 */
export class FakeService {
  site: SiteView = demonstrationSite;
  /** What the next visit is about. */
  person: VisitView['person'] = person;
  may: readonly VisitAct[] = ['consent', 'see-data', 'set-pin', 'add-card'];
  visitLastsMs = 120_000;
  paired = true;
  /** Answers of the test's own, by `METHOD /path`; they come before everything else. */
  readonly answers = new Map<string, Answer>();
  readonly asked: Asked[] = [];
  /** Every call fails as if nobody listened. */
  away = false;
  /** What every verification begins as. */
  verification: (request: ScreenVerificationRequest) => Partial<ScreenVerification> = acceptCards;
  readonly #held = new Map<string, Promise<void>>();
  #streams = new Set<ServerResponse>();
  #current: ScreenVerification | null = null;
  #count = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(port = 0): Promise<FakeService> {
    const service = new FakeService();
    await new Promise<void>((resolve) => service.#server.listen(port, '127.0.0.1', resolve));
    return service;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.dropStreams();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  send<Name extends keyof ScreenEvents>(event: Name, data: ScreenEvents[Name]): void {
    if (event === 'verification') this.#current = data as ScreenVerification | null;
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  changeSite(change: Partial<SiteView>): void {
    this.site = { ...this.site, ...change };
    this.send('site', this.site);
  }

  /** What a panel, or the camera, makes of the verification at this door. */
  showVerification(change: Partial<ScreenVerification>): void {
    this.send('verification', { ...(this.#current ?? this.#newVerification('panel')), ...change });
  }

  dropStreams(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  askedFor(method: string, ending: string): Asked[] {
    return this.asked.filter((one) => one.method === method && one.path.endsWith(ending));
  }

  /** Answers to this call wait until what is returned is called. */
  hold(call: string): () => void {
    const gate: { open?: () => void } = {};
    this.#held.set(call, new Promise((resolve) => (gate.open = resolve)));
    return () => {
      this.#held.delete(call);
      gate.open?.();
    };
  }

  async wasAsked(call: string): Promise<void> {
    while (!this.asked.some(({ method, path }) => `${method} ${path}` === call))
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  #newVerification(startedBy: 'screen' | 'panel'): ScreenVerification {
    this.#count += 1;
    return {
      verificationId: `v-${this.#count}`,
      state: 'waiting',
      startedBy,
      methods: ['card', 'pin', 'face'],
      face: 'not-requested',
      cardAccepted: false,
      expiresAt: new Date(Date.now() + 30_000).toISOString(),
      prompt: { purpose: this.site.words.zh?.purpose ?? '', alternatives: ['card', 'pin'] },
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith('/kiosk/api/')) {
      if (pathname.startsWith('/kiosk/texts/')) sendTexts(response, path.basename(pathname, '.json'));
      else sendFile(response, pathname);
      return;
    }
    const method = request.method ?? 'GET';
    const route = pathname.slice('/kiosk/api'.length);
    if (this.away) {
      response.destroy();
      return;
    }
    const body = await bodyOf(request);
    this.asked.push({ method, path: route, body });
    if (route === '/stream' && this.paired) {
      this.#stream(response);
      return;
    }
    await this.#held.get(`${method} ${route}`);
    const { status, body: answer } = this.#answer(method, route, body, request);
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
      'cache-control': 'no-store',
    });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: site\ndata: ${JSON.stringify(this.site)}\n\n`);
    response.write(`event: verification\ndata: ${JSON.stringify(this.#current)}\n\n`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #answer(method: string, route: string, body: unknown, request: IncomingMessage): Answer {
    if (method !== 'GET' && request.headers['x-menshen-screen'] !== '1') return problem(403, 'forbidden');
    const own = this.answers.get(`${method} ${route}`);
    if (own !== undefined) return own;
    if (method === 'POST' && route === '/pairing') {
      this.paired = (body as { code: string }).code === '24682468';
      return this.paired ? { status: 204 } : problem(403, 'pairing-refused');
    }
    if (!this.paired) return problem(401, 'unauthenticated');
    const [, room = '', id = '', act = ''] = route.split('/');
    switch (room) {
      case 'site':
        return { status: 200, body: this.site };
      case 'notice':
        return id === 'displayed'
          ? this.#displayed(body as NoticeDisplayed)
          : { status: 200, body: this.#notice(request) };
      case 'verifications':
        return this.#verify(method, id, act, body);
      case 'visits':
        return this.#visit(method, act, body, request);
      case 'complaints':
        return { status: 201, body: complaintReceipt(body as NewComplaint) };
      case 'staff-calls':
        return { status: 202, body: { at: new Date().toISOString() } };
      default:
        return problem(404, 'not-found');
    }
  }

  #displayed(displayed: NoticeDisplayed): Answer {
    return displayed.hash === this.site.noticeHash ? { status: 204 } : problem(409, 'notice-outdated');
  }

  #notice(request: IncomingMessage): NoticeView {
    const language = new URL(request.url ?? '/', 'http://localhost').searchParams.get('language') ?? 'zh';
    const { noticeVersion: version, noticeHash: hash } = this.site;
    return {
      version,
      hash,
      effectiveAt: '2026-01-01T00:00:00Z',
      language,
      ...(language === 'zh' ? notices.zh : notices.en),
    };
  }

  #verify(method: string, id: string, act: string, body: unknown): Answer {
    if (method === 'POST' && id === '') {
      const request = body as ScreenVerificationRequest;
      this.send('verification', { ...this.#newVerification('screen'), ...this.verification(request) });
    } else if (this.#current?.verificationId !== id) return problem(404, 'not-found');
    else if (method === 'DELETE') this.showVerification(decided('deny', 'none', 'cancelled'));
    else if (act === 'pin') this.showVerification(pinResult((body as { pin: string }).pin));
    else this.showVerification(cardResult((body as { cardNumber: string }).cardNumber));
    return { status: 200, body: this.#current };
  }

  #visit(method: string, act: string, body: unknown, request: IncomingMessage): Answer {
    if (act === '' && method === 'DELETE') return { status: 204 };
    if (act === '') return this.#openVisit(body as VisitRequest);
    if (act === 'consent') return this.#consent(body as ConsentGiven);
    if (act === 'notice-seen') this.#now({ consent: 'valid' }, ['see-data', 'withdraw', 'renew-consent', 'set-pin']);
    if (act === 'pin') this.#now({ hasPin: true }, this.may);
    if (act === 'card') this.#now({ cards: this.person.cards + 1 }, this.may);
    if (act === 'enrolment')
      return method === 'DELETE' ? { status: 204 } : { status: 202, body: progress({ state: 'running', frames: 0 }) };
    if (act === 'withdrawal') {
      this.#now({ consent: 'ended', faceEnrolled: false }, ['consent', 'see-data', 'set-pin']);
      return { status: 200, body: withdrawalReceipt };
    }
    if (act === 'data' && method === 'POST') return { status: 201, body: ownDataLink };
    if (act === 'data') return { status: 200, body: request.url?.includes('/file') ? { records: [] } : ownData };
    return { status: 200, body: this.#view('card') };
  }

  #openVisit({ proof }: VisitRequest): Answer {
    if (proof.kind === 'card' && proof.cardNumber !== '10001') return problem(403, 'proof-refused');
    if (proof.kind === 'pin' && proof.pin !== '135790') return problem(403, 'proof-refused');
    if (proof.kind === 'enrolment-code' && proof.code !== '778899') return problem(403, 'proof-refused');
    return { status: 200, body: this.#view(proof.kind) };
  }

  #consent(consent: ConsentGiven): Answer {
    if (consent.noticeHash !== this.site.noticeHash) return problem(409, 'notice-outdated');
    if (!consent.separateAct || !consent.voluntary || !consent.alternativesShown)
      return problem(409, 'consent-required');
    if (this.person.guardianNeeded && consent.guardian === undefined) return problem(409, 'guardian-required');
    const expires = new Date(Date.now() + consent.days * 86_400_000).toISOString();
    const enrol: VisitAct[] = this.person.faceEnrolled ? [] : ['enrol'];
    this.#now({ consent: 'valid', consentExpiresAt: expires }, [
      ...enrol,
      'see-data',
      'withdraw',
      'set-pin',
      'add-card',
    ]);
    return { status: 200, body: this.#view('card') };
  }

  #now(change: Partial<VisitView['person']>, may: readonly VisitAct[]): void {
    this.person = { ...this.person, ...change };
    this.may = may;
  }

  #view(provedBy: VisitView['provedBy']): VisitView {
    const expiresAt = new Date(Date.now() + this.visitLastsMs).toISOString();
    return { visitId: 'visit-1', expiresAt, provedBy, may: this.may, person: this.person };
  }
}

function sendTexts(response: ServerResponse, tag: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(readFileSync(path.join(languages, tag, 'kiosk.json')));
}

function sendFile(response: ServerResponse, pathname: string): void {
  const relative = pathname === '/kiosk/' || pathname === '/kiosk' ? 'index.html' : pathname.replace(/^\/kiosk\//, '');
  const file = path.join(page, path.normalize(relative));
  try {
    const content = readFileSync(file);
    response.writeHead(200, {
      'content-type': types[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const service = await FakeService.start(8470);
  process.stdout.write(`${service.address}/kiosk/\n`);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
