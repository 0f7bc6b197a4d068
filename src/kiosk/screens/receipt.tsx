import type { ReceiptView } from '../../http/kiosk/contract.js';
import { home } from '../actions/navigate.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { Rows } from '../parts/rows.js';
import { saveText } from '../parts/save.js';
import { useStore, useTexts } from '../store.js';

/** To print, to take along as a file, or to note: signed, so that anybody can check it off line. */
export function Receipt({ receipt }: { receipt: ReceiptView }) {
  const texts = useTexts();
  const { receiptId, at, lines, signed } = receipt;
  const alone = useStore(({ screens }) => screens.length === 1);
  return (
    <Frame title={texts('receipt.title')} {...(alone ? { onBack: null } : {})} kind="receipt">
      <p class="lead no-print">{texts('receipt.note')}</p>
      <Rows
        rows={[
          [texts('receipt.number'), receiptId],
          [texts('receipt.at'), texts.dateTime(at)],
          ...lines.map(({ label, text }) => [label, text] as const),
        ]}
      />
      <details class="signed">
        <summary>{texts('receipt.signed')}</summary>
        <pre>{signed}</pre>
      </details>
      <div class="choices">
        <button type="button" class="choice primary" onClick={home}>
          {texts('action.finish')}
        </button>
        <button type="button" class="choice" onClick={() => print()}>
          <Icon name="print" />
          {texts('action.print')}
        </button>
        <button type="button" class="choice" onClick={() => saveText(`menshen-${receiptId}.json`, signed)}>
          <Icon name="save" />
          {texts('action.save')}
        </button>
      </div>
    </Frame>
  );
}
