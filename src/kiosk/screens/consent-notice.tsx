import { back, go, replace } from '../actions/navigate.js';
import { otherWays } from '../actions/verify.js';
import { acknowledgeNotice } from '../actions/visit.js';
import { store, useTexts } from '../store.js';
import { NoticeFrame } from './notice.js';

/** First the notice, whole; then the decision, on a screen of its own (M5.0, M6.1). */
export function ConsentNotice({ renewal }: { renewal: boolean }) {
  const texts = useTexts();
  return (
    <NoticeFrame
      title={texts(renewal ? 'consent.renew-notice-title' : 'consent.notice-title')}
      choices={(hash) => (
        <>
          <button
            type="button"
            class="choice primary"
            aria-disabled={hash === undefined}
            onClick={() => hash !== undefined && go({ name: 'consent', noticeHash: hash, renewal })}
          >
            {texts(hash === undefined ? 'notice.not-seen' : 'action.continue')}
          </button>
          <button type="button" class="choice" onClick={() => replace({ name: 'refused' })}>
            {texts('consent.refuse')}
          </button>
        </>
      )}
    />
  );
}

/** The notice changed: the face waits until it was seen; card and PIN go on (M5.6). */
export function ChangedNotice() {
  const texts = useTexts();
  return (
    <NoticeFrame
      title={texts('changed.title')}
      lead={texts('changed.lead', { others: otherWays(store.get(), 'face') })}
      choices={(hash) => (
        <>
          <button
            type="button"
            class="choice primary"
            aria-disabled={hash === undefined}
            onClick={() => hash !== undefined && void acknowledgeNotice(hash)}
          >
            {texts(hash === undefined ? 'notice.not-seen' : 'changed.seen')}
          </button>
          <button type="button" class="choice" onClick={back}>
            {texts('changed.later')}
          </button>
        </>
      )}
    />
  );
}
