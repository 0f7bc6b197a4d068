/** The service's side of what the operator's page asks for, typed by the contract; it knows nothing of law. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  AnswersView,
  CallerView,
  ConsoleSite,
  CurrentView,
  DraftView,
  ProblemView,
  ReportView,
  UnfinishedView,
} from '../../src/http/console/contract.js';
import { formIn } from './form.js';

const page = fileURLToPath(new URL('../../dist/console', import.meta.url));
const languages = fileURLToPath(new URL('../../config/languages', import.meta.url));
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly key: string | undefined;
}

type Answer = { readonly status: number; readonly body?: unknown };

export const refused = (status: number, problem: ProblemView): Answer => ({ status, body: problem });

const site: ConsoleSite = {
  deviceId: 'gate-1',
  siteName: '云杉科技园 · 东门',
  mode: 'live',
  version: '0.1.0',
  languages: [
    { tag: 'zh', name: '中文' },
    { tag: 'en', name: 'English' },
  ],
};

export class FakeService {
  /** Who holds which key. */
  readonly callers = new Map<string, CallerView>([
    ['mk_author', { id: 'key-a', role: 'operator' }],
    ['mk_approver', { id: 'key-b', role: 'operator' }],
    ['mk_auditor', { id: 'key-c', role: 'auditor' }],
    ['mk_panel', { id: 'key-d', role: 'panel' }],
  ]);
  current: CurrentView = { state: 'none' };
  reports: ReportView[] = [];
  drafts: DraftView[] = [];
  unfinished: UnfinishedView | undefined;
  /** Answers of the test's own, by `METHOD /path`; they come before everything else. */
  readonly answers = new Map<string, Answer>();
  readonly asked: Asked[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<FakeService> {
    const service = new FakeService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  askedFor(method: string, ending: string): Asked[] {
    return this.asked.filter((one) => one.method === method && one.path.endsWith(ending));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/console')) {
      sendPage(response, pathname);
      return;
    }
    const method = request.method ?? 'GET';
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const body = await bodyOf(request);
    this.asked.push({ method, path: pathname, body, key });
    const caller = this.callers.get(key ?? '');
    const answer =
      caller === undefined
        ? refused(401, { code: 'unauthenticated' })
        : (this.answers.get(`${method} ${pathname}`) ??
          this.#answer(method, pathname.slice('/v1/'.length), body, caller, searchParams.get('language') ?? 'en'));
    response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #answer(method: string, route: string, body: unknown, caller: CallerView, language: string): Answer {
    switch (`${method} ${route}`) {
      case 'GET caller':
        return { status: 200, body: caller };
      case 'GET assessments/form':
        return { status: 200, body: formIn(language) };
      case 'GET assessments/current':
        return { status: 200, body: this.current };
      case 'GET assessments':
        return { status: 200, body: { assessments: this.reports } };
      case 'GET assessments/drafts':
        return { status: 200, body: { drafts: this.drafts } };
      case 'GET assessments/unfinished':
        return this.unfinished === undefined
          ? refused(404, { code: 'not-found' })
          : { status: 200, body: this.unfinished };
      case 'PUT assessments/unfinished':
        return this.#save(body as { answers: AnswersView; basedOn: number });
      case 'DELETE assessments/unfinished':
        this.unfinished = undefined;
        return { status: 204 };
      case 'POST assessments/checks':
        return this.#check(body as AnswersView) ?? { status: 200, body: { complete: true } };
      case 'POST assessments/drafts':
        return this.#check(body as AnswersView) ?? this.#take(body as AnswersView, caller);
      default:
        return this.#decide(route, body as Verdict);
    }
  }

  #save({ answers, basedOn }: { answers: AnswersView; basedOn: number }): Answer {
    const revision = this.unfinished?.revision ?? 0;
    if (revision !== basedOn) return refused(409, { code: 'conflict' });
    this.unfinished = { revision: revision + 1, savedAt: '2026-02-03T04:05:00Z', answers };
    return { status: 200, body: this.unfinished };
  }

  #check(answers: AnswersView): Answer | undefined {
    const missing = formIn('en').fields.filter(({ id, required }) => required && answers[id] === undefined);
    if (missing.length === 0) return undefined;
    const fields = missing.map(({ id }) => ({ field: id, code: 'missing' }));
    return refused(422, { code: 'assessment-invalid', detail: `${fields[0]?.field}: it is missing.`, fields });
  }

  #take(draft: AnswersView, { id }: CallerView): Answer {
    const taken: DraftView = {
      ...{ draftId: `d-${this.drafts.length + 1}`, state: 'submitted', submittedAt: '2026-02-03T04:05:00Z' },
      ...{ submittedBy: id, draft },
    };
    this.drafts = [taken, ...this.drafts];
    this.unfinished = undefined;
    return { status: 201, body: taken };
  }

  #decide(route: string, { verdict, reason }: Verdict): Answer {
    const id = /^assessments\/drafts\/([^/]+)\/approval$/.exec(route)?.[1];
    const draft = this.drafts.find(({ draftId }) => draftId === id);
    if (draft === undefined) return refused(404, { code: 'not-found' });
    const decided: DraftView =
      verdict === 'approve'
        ? { ...draft, state: 'approved', version: 1 }
        : { ...draft, state: 'returned', reason: reason ?? '' };
    this.drafts = this.drafts.map((one) => (one === draft ? decided : one));
    return { status: 200, body: verdict === 'approve' ? { version: 1, hash: 'b'.repeat(64) } : decided };
  }
}

interface Verdict {
  readonly verdict: 'approve' | 'return';
  readonly reason?: string;
}

function sendPage(response: ServerResponse, pathname: string): void {
  const relative = pathname.replace(/^\/console\/?/, '') || 'index.html';
  const text = /^texts\/(\w+)\.json$/.exec(relative)?.[1];
  try {
    const content =
      relative === 'site.json'
        ? JSON.stringify(site)
        : readFileSync(text === undefined ? path.join(page, relative) : path.join(languages, text, 'console.json'));
    response.writeHead(200, {
      'content-type': types[path.extname(relative)] ?? 'application/json',
      'content-security-policy': policy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
