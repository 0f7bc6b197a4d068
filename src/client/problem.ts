/** What the terminal refused, as it said it (RFC 9457), or why it could not be asked. */
export class PanelProblem extends Error {
  override readonly name = 'PanelProblem';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Stable; `unreachable` when there was no answer, `not-a-problem` when the answer is not the terminal’s. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** When to ask again at the earliest, where the terminal says so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    body: { readonly code: string; readonly title: string; readonly detail: string },
    options: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(`${body.title}: ${body.detail}`, { cause: options.cause });
    this.status = status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** @param error the body of an answer that is not a success, parsed where it was JSON */
export function problemOf(response: Response, error: unknown): PanelProblem {
  const given: Partial<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (field: string, otherwise: string) => (typeof given[field] === 'string' ? given[field] : otherwise);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new PanelProblem(
    response.status,
    {
      code: text('code', 'not-a-problem'),
      title: text('title', 'The answer is not the terminal’s'),
      detail: text('detail', `status ${response.status}`),
    },
    { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined },
  );
}

export function unreachable(cause: unknown): PanelProblem {
  const body = { code: 'unreachable', title: 'The terminal does not answer', detail: 'Look at network and address.' };
  return new PanelProblem(0, body, { cause });
}
