import { useState } from 'preact/hooks';
import type { DraftView } from '../../http/console/contract.js';
import { approve, giveBack } from '../actions/approve.js';
import { openList } from '../actions/open.js';
import { writeAgain } from '../actions/write.js';
import { Answers } from '../parts/answers.js';
import { Frame } from '../parts/frame.js';
import { mayWrite, useStore, useTexts } from '../store.js';

/** What somebody handed in, to be read whole; below it, what another person decides about it. */
export function Draft({ draft }: { draft: DraftView }) {
  const texts = useTexts();
  const form = useStore((state) => state.form);
  if (form === undefined) return null;
  const submitted = { time: texts.dateTime(draft.submittedAt), key: draft.submittedBy };
  return (
    <Frame title={texts('draft.title', { name: String(draft.draft.id) })}>
      <p>
        {texts.code('draft-state', draft.state)} · {texts('list.by-key', submitted)}
      </p>
      {draft.reason !== undefined && (
        <div class="notice-line">
          <p>{texts('write.returned')}</p>
          <p class="quoted">{draft.reason}</p>
        </div>
      )}
      <Answers form={form} answers={draft.draft} />
      <WhatNext draft={draft} />
      <div class="choices no-print">
        <button type="button" class="choice" onClick={() => void openList()}>
          {texts('draft.back')}
        </button>
        <button type="button" class="choice" onClick={() => print()}>
          {texts('report.print')}
        </button>
      </div>
    </Frame>
  );
}

function WhatNext({ draft }: { draft: DraftView }) {
  const texts = useTexts();
  const caller = useStore((state) => state.caller);
  if (!mayWrite(caller)) return null;
  const own = caller?.id === draft.submittedBy;
  if (draft.state === 'returned' && own)
    return (
      <div class="choices">
        <button type="button" class="choice primary" onClick={() => void writeAgain(draft)}>
          {texts('draft.write-again')}
        </button>
      </div>
    );
  if (draft.state !== 'submitted') return null;
  return own ? <p class="notice-line">{texts('draft.own')}</p> : <Decision draft={draft} />;
}

function Decision({ draft }: { draft: DraftView }) {
  const texts = useTexts();
  const [name, setName] = useState('');
  const [read, setRead] = useState(false);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<'approval' | 'return'>();
  const decide = (complete: boolean, which: 'approval' | 'return', act: () => Promise<void>) => {
    setMissing(complete ? undefined : which);
    if (complete) void act();
  };
  return (
    <div class="decision no-print">
      <section aria-labelledby="approve-title" class="field">
        <h2 id="approve-title">{texts('draft.approve-title')}</h2>
        <label class="tick">
          <input type="checkbox" checked={read} onChange={({ currentTarget }) => setRead(currentTarget.checked)} />
          {texts('draft.read')}
        </label>
        <label for="approver">{texts('draft.approver')}</label>
        <input
          id="approver"
          type="text"
          autocomplete="off"
          maxLength={200}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <p role="alert" class="problem">
          {missing === 'approval' ? texts('draft.approval-missing') : ''}
        </p>
        <button
          type="button"
          class="choice primary"
          onClick={() => decide(read && name.trim().length > 1, 'approval', () => approve(draft, name.trim()))}
        >
          {texts('draft.approve')}
        </button>
      </section>
      <section aria-labelledby="return-title" class="field">
        <h2 id="return-title">{texts('draft.return-title')}</h2>
        <label for="reason">{texts('draft.reason')}</label>
        <textarea
          id="reason"
          rows={3}
          maxLength={8000}
          value={reason}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <p role="alert" class="problem">
          {missing === 'return' ? texts('draft.reason-missing') : ''}
        </p>
        <button
          type="button"
          class="choice"
          onClick={() => decide(reason.trim().length > 2, 'return', () => giveBack(draft, reason.trim()))}
        >
          {texts('draft.return')}
        </button>
      </section>
    </div>
  );
}
