import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse, stringify } from 'yaml';
import type { AssessmentForm, FormField } from '../assessment/index.js';
import { MenshenError } from '../core/index.js';
import { say } from './console.js';

/** What was answered so far, by the form's field ids. */
export type Answers = Record<string, unknown>;

/**
 * Asks what is not answered yet and saves after each answer, so that an interruption loses nothing.
 *
 * @returns true when every question was asked; false when the input ended before.
 */
export async function interview(form: AssessmentForm, answers: Answers, path: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();
  say(form.title);
  say(form.introduction);
  const open = form.fields.filter(({ id }) => answers[id] === undefined);
  for (const [index, field] of open.entries()) {
    ask(field, index + 1, open.length);
    const answer = await answerTo(field, lines);
    if (answer === undefined) return false;
    if (answer !== null) answers[field.id] = answer;
    save(path, answers);
  }
  return true;
}

/** @throws MenshenError `assessment-invalid` when it is no document of answers. */
export function readAnswers(path: string): Answers {
  try {
    // By way of JSON, as it will be sent: what leads to itself or has no JSON form is refused here.
    const document: unknown = JSON.parse(
      JSON.stringify(parse(readFileSync(path, 'utf8'), { logLevel: 'error' })) ?? 'null',
    );
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document };
  } catch (cause) {
    throw new MenshenError('assessment-invalid', `${path} cannot be read as YAML or JSON.`, { cause });
  }
  throw new MenshenError('assessment-invalid', `${path} holds no answers.`);
}

/** @throws MenshenError `conflict`: what somebody wrote is never written over by starting again. */
export function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new MenshenError('conflict', `${path} is there already. Go on with --from ${path}, or name another --out.`);
}

/** Whole or not at all: a draft that was there survives a pulled plug. For its writer alone until it is handed in. */
function save(path: string, answers: Answers): void {
  const beside = `${path}.part`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, stringify(answers));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

function ask({ question, hint, clause, choices, suggestion, known }: FormField, number: number, total: number): void {
  say();
  say(`${number}/${total} ${question} [${clause}]`);
  say(`    ${hint}`);
  for (const fact of known) say(`    * ${fact}`);
  for (const [index, { name }] of (choices ?? []).entries()) say(`    ${index + 1}) ${name}`);
  if (suggestion !== undefined) say(`    (Enter: ${suggestion})`);
}

/** Undefined when the input ended, null for a question that was left out. */
async function answerTo(
  { kind, choices, suggestion, required }: FormField,
  lines: AsyncIterator<string>,
): Promise<string | readonly string[] | null | undefined> {
  for (;;) {
    process.stdout.write('> ');
    const text = await entered(lines);
    if (text === undefined) return undefined;
    const answer = text === '' ? suggestion : chosen(text, choices);
    if (answer !== undefined && answer !== '') return kind === 'list' ? answer.split('\n') : answer;
    if (!required && text === '') return null;
    say(choices === undefined ? '    An answer is needed here.' : `    A number from 1 to ${choices.length}, please.`);
  }
}

/** One answer; a line that ends with a backslash goes on in the next. */
async function entered(lines: AsyncIterator<string>): Promise<string | undefined> {
  const parts: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) return undefined;
    parts.push(value.replace(/\\$/, ''));
    if (!value.endsWith('\\')) return parts.join('\n').trim();
  }
}

function chosen(text: string, choices: FormField['choices']): string | undefined {
  if (choices === undefined) return text;
  return choices[Number(text) - 1]?.value ?? choices.find(({ value }) => value === text)?.value;
}
