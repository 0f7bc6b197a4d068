import type { AnswersView, DraftView, FormView, UnfinishedView } from '../../http/console/contract.js';
import { api, Problem } from '../api.js';
import { store, type Writing } from '../store.js';
import { loadForm } from './language.js';
import { openList, show } from './open.js';
import { run } from './run.js';

/** Begins with what the device knows to be the answer; its author sees that and may change it. */
export const begin = () => open(() => ({}));

export const goOn = ({ answers, revision, savedAt }: UnfinishedView) => open(() => ({ answers, revision, savedAt }));

/** Another one from what the approver sent back. */
export const writeAgain = ({ draft, reason }: DraftView) =>
  open((form) => ({
    answers: Object.fromEntries(Object.entries(draft).filter(([id]) => form.fields.some((field) => field.id === id))),
    returned: reason,
    changed: true,
  }));

async function open(start: (form: FormView) => Partial<Writing>): Promise<void> {
  await loadForm();
  const { form, lists } = store.get();
  const first = form?.sections[0]?.id;
  if (form === undefined || first === undefined) return;
  const suggested = form.fields.flatMap(({ id, suggestion }) => (suggestion === undefined ? [] : [[id, suggestion]]));
  const writing: Writing = {
    answers: Object.fromEntries(suggested),
    revision: lists?.unfinished?.revision ?? 0,
    savedAt: undefined,
    changed: false,
    problems: {},
    left: [],
    returned: undefined,
    elsewhere: undefined,
    ...start(form),
  };
  store.set({ writing });
  show({ name: 'write', section: first });
}

export function answer(id: string, value: string | readonly string[]): void {
  const { writing } = store.get();
  if (writing === undefined) return;
  const { [id]: _answered, ...problems } = writing.problems;
  store.set({ writing: { ...writing, answers: { ...writing.answers, [id]: value }, changed: true, problems } });
}

/** @returns whether it is saved now. */
export async function save(): Promise<boolean> {
  const { writing } = store.get();
  if (writing === undefined) return false;
  if (!writing.changed) return true;
  const saved = await run(() => saveAnswers(writing));
  if (saved !== undefined) store.set({ done: 'write.saved' });
  return saved !== undefined;
}

async function saveAnswers({ answers, revision }: Writing): Promise<true> {
  try {
    const { revision: next, savedAt } = await api.save(given(answers), revision);
    change((now) => ({ revision: next, savedAt, changed: now.answers !== answers, elsewhere: undefined }));
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.view.code === 'conflict') {
      const elsewhere = await api.unfinished();
      change(() => ({ elsewhere, revision: elsewhere === undefined ? 0 : revision }));
    }
    throw thrown;
  }
}

/** Somebody chose, of two versions of their own, the one on this screen. */
export async function saveOver(): Promise<void> {
  change(({ elsewhere }) => ({ revision: elsewhere?.revision ?? 0, elsewhere: undefined, changed: true }));
  await save();
}

export function takeOver(): void {
  const { elsewhere } = store.get().writing ?? {};
  if (elsewhere === undefined) return;
  const { answers, revision, savedAt } = elsewhere;
  change(() => ({ answers, revision, savedAt, changed: false, elsewhere: undefined, problems: {} }));
  store.set({ refusal: undefined });
}

/** From one part to another; what was written so far is saved and looked at. */
export async function goTo(section: string | undefined): Promise<void> {
  if (!(await save())) return;
  await check();
  const { screen, form } = store.get();
  const whole = form?.sections.map(({ id }) => id) ?? [];
  change(({ left }) => ({
    left: section === undefined ? whole : screen.name === 'write' ? [...left, screen.section] : left,
  }));
  show(section === undefined ? { name: 'hand-over' } : { name: 'write', section });
}

async function check(): Promise<void> {
  const { writing } = store.get();
  if (writing === undefined) return;
  await run(async () => {
    const problems = await problemsIn(writing.answers);
    change(() => ({ problems }));
  });
}

async function problemsIn(answers: AnswersView): Promise<Record<string, string>> {
  try {
    await api.check(given(answers));
    return {};
  } catch (thrown) {
    const fields = thrown instanceof Problem ? thrown.view.fields : undefined;
    if (fields === undefined) throw thrown;
    return Object.fromEntries(fields.map(({ field, code }) => [field, code]));
  }
}

/** To whoever approves it. */
export async function handOver(): Promise<void> {
  const { writing } = store.get();
  if (writing === undefined) return;
  const draft = await run(() => api.handOver(given(writing.answers)));
  if (draft === undefined) {
    await keepRefusal(check);
    return;
  }
  store.set({ done: 'handed-over.done', writing: undefined });
  await openList();
}

/** The fields say more about it than the refusal does, which stays as well. */
async function keepRefusal(work: () => Promise<void>): Promise<void> {
  const { refusal } = store.get();
  await work();
  store.set({ refusal });
}

export async function throwAway(): Promise<void> {
  const thrown = await run(async () => {
    await api.throwAway();
    return true;
  });
  if (thrown === undefined) return;
  store.set({ done: 'list.thrown-away' });
  await openList();
}

function change(by: (now: Writing) => Partial<Writing>): void {
  const { writing } = store.get();
  if (writing !== undefined) store.set({ writing: { ...writing, ...by(writing) } });
}

/** What is empty was not answered. */
function given(answers: AnswersView): AnswersView {
  return Object.fromEntries(
    Object.entries(answers)
      .map(([id, value]) => [id, typeof value === 'string' || value === undefined ? value : lines(value)] as const)
      .filter(([, value]) => value !== undefined && value.length > 0),
  );
}

const lines = (value: readonly string[]) => value.map((line) => line.trim()).filter((line) => line !== '');
