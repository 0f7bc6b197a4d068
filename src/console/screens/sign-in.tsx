import { useState } from 'preact/hooks';
import { signIn } from '../actions/open.js';
import { Frame } from '../parts/frame.js';
import { useStore, useTexts } from '../store.js';

/** The key goes from this field into the client's memory, and nowhere else. */
export function SignIn() {
  const texts = useTexts();
  const why = useStore((state) => state.signedOut);
  const [key, setKey] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const given = key.trim();
    if (given === '') return;
    setKey('');
    void signIn(given);
  };
  return (
    <Frame title={texts('sign-in.title')} kind="narrow" focusTitle={false}>
      {why === 'idle' && <p class="notice-line">{texts('sign-in.idle')}</p>}
      <p>{texts('sign-in.lead')}</p>
      <form class="field" onSubmit={submit}>
        <label for="api-key">{texts('sign-in.key')}</label>
        <input
          id="api-key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          autofocus
          aria-describedby="api-key-hint"
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <p id="api-key-hint" class="hint">
          {texts('sign-in.hint')}
        </p>
        <button type="submit" class="choice primary">
          {texts('sign-in.submit')}
        </button>
      </form>
    </Frame>
  );
}
