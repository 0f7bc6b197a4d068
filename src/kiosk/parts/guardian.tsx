import type { ConsentGiven } from '../../http/kiosk/contract.js';
import { useTexts } from '../store.js';
import type { TextKey } from '../texts.js';
import { TextField } from './text-field.js';

export interface GuardianInput {
  readonly name: string;
  readonly relationship: string;
  /** Eight digits, as typed. */
  readonly birthday: string;
}

export const noGuardian: GuardianInput = { name: '', relationship: '', birthday: '' };

const relationships = ['consent.mother', 'consent.father', 'consent.other-guardian'] as const satisfies TextKey[];

interface GuardianFieldsProps {
  readonly input: GuardianInput;
  readonly onChange: (input: GuardianInput) => void;
}

/** For a child, or somebody whose age is not stated: who decides for them, and until when (M7.1). */
export function GuardianFields({ input, onChange }: GuardianFieldsProps) {
  const texts = useTexts();
  return (
    <fieldset class="guardian">
      <legend>{texts('consent.guardian-title')}</legend>
      <p>{texts('consent.guardian-lead')}</p>
      <TextField
        id="guardian-name"
        label={texts('consent.guardian-name')}
        maxLength={100}
        value={input.name}
        onChange={(name) => onChange({ ...input, name })}
      />
      <fieldset class="plain">
        <legend>{texts('consent.relationship')}</legend>
        <div class="choices narrow">
          {relationships.map((key) => (
            <button
              key={key}
              type="button"
              class="choice"
              aria-pressed={input.relationship === texts(key)}
              onClick={() => onChange({ ...input, relationship: texts(key) })}
            >
              {texts(key)}
            </button>
          ))}
        </div>
      </fieldset>
      <TextField
        id="guardian-birthday"
        label={texts('consent.birthday-14')}
        digitsOnly
        maxLength={8}
        value={input.birthday}
        hint={texts('consent.birthday-hint')}
        onChange={(birthday) => onChange({ ...input, birthday })}
      />
    </fieldset>
  );
}

/** As the service takes it; undefined while something is missing or no such day exists. */
export function guardianOf({ name, relationship, birthday }: GuardianInput): ConsentGiven['guardian'] | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(birthday) ?? [];
  if (name.trim() === '' || relationship === '' || year === undefined) return undefined;
  const reviewDate = `${year}-${month}-${day}`;
  const date = new Date(`${reviewDate}T00:00:00Z`);
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(reviewDate);
  return exists ? { name: name.trim(), relationship, reviewDate } : undefined;
}
