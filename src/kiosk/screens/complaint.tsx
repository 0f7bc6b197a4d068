import { useState } from 'preact/hooks';
import type { ComplaintReceipt } from '../../http/kiosk/contract.js';
import { complain } from '../actions/help.js';
import { home } from '../actions/navigate.js';
import { Frame } from '../parts/frame.js';
import { Rows } from '../parts/rows.js';
import { TextField } from '../parts/text-field.js';
import { useStore, useTexts } from '../store.js';
import type { TextKey } from '../texts.js';

const topics = [
  'complaint.topic-refused',
  'complaint.topic-pressed',
  'complaint.topic-data',
  'complaint.topic-staff',
  'complaint.topic-device',
] as const satisfies TextKey[];

/** Room for Chinese within the 4096 bytes that the service takes. */
const MAX_TEXT_CHARACTERS = 1_200;

/** A complaint by touching a topic, in one's own words, or both; nobody is asked who they are (M17). */
export function Complaint() {
  const texts = useTexts();
  const contacts = useStore(({ site }) => site?.complaintContacts) ?? [];
  const [topic, setTopic] = useState<TextKey>();
  const [words, setWords] = useState('');
  const [contact, setContact] = useState('');
  const [missing, setMissing] = useState(false);
  const [receipt, setReceipt] = useState<ComplaintReceipt>();
  if (receipt !== undefined) return <Received receipt={receipt} />;
  const send = async () => {
    const text = [topic === undefined ? '' : texts(topic), words.trim()].filter((part) => part !== '').join('\n');
    setMissing(text === '');
    if (text === '') return;
    setReceipt(await complain({ text, ...(contact.trim() === '' ? {} : { contact: contact.trim() }) }));
  };
  return (
    <Frame title={texts('complaint.title')}>
      <p>{texts('complaint.lead', { contacts: contacts.join(' · ') })}</p>
      <fieldset class="plain">
        <legend>{texts('complaint.topic')}</legend>
        <div class="choices">
          {topics.map((key) => (
            <button
              key={key}
              type="button"
              class="choice"
              aria-pressed={topic === key}
              onClick={() => setTopic(topic === key ? undefined : key)}
            >
              {texts(key)}
            </button>
          ))}
        </div>
      </fieldset>
      <TextField
        id="complaint-text"
        label={texts('complaint.text')}
        lines={2}
        maxLength={MAX_TEXT_CHARACTERS}
        value={words}
        onChange={setWords}
      />
      <TextField
        id="complaint-contact"
        label={texts('complaint.contact')}
        maxLength={100}
        value={contact}
        onChange={setContact}
      />
      <p class="refusal-line" role="status">
        {missing ? texts('complaint.missing') : ''}
      </p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={() => void send()}>
          {texts('complaint.send')}
        </button>
      </div>
    </Frame>
  );
}

function Received({ receipt: { reference, at } }: { receipt: ComplaintReceipt }) {
  const texts = useTexts();
  return (
    <Frame key="received" title={texts('complaint.received-title')} onBack={null}>
      <Rows rows={[[texts('complaint.reference'), reference]]} />
      <p class="lead">{texts('complaint.received', { time: texts.dateTime(at) })}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={home}>
          {texts('action.done')}
        </button>
        <button type="button" class="choice" onClick={() => print()}>
          {texts('action.print')}
        </button>
      </div>
    </Frame>
  );
}
