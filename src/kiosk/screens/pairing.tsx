import { pair } from '../actions/connect.js';
import { Entry } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { useTexts } from '../store.js';

/** Once, by whoever sets the terminal up. */
export function Pairing() {
  const texts = useTexts();
  return (
    <Frame title={texts('pairing.title')} onBack={null} focusTitle={false}>
      <Entry
        fields={[
          { name: 'code', label: texts('pairing.code'), hint: texts('pairing.hint'), maxLength: 40, code: true },
        ]}
        submitLabel={texts('action.ok')}
        onSubmit={({ code = '' }) => void pair(code.trim())}
      />
    </Frame>
  );
}
