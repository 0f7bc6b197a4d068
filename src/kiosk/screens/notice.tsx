import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NoticeView } from '../../http/kiosk/contract.js';
import { ask } from '../actions/run.js';
import { tellNoticeDisplayed } from '../actions/told.js';
import { api } from '../api.js';
import { Frame } from '../parts/frame.js';
import { NoticeText } from '../parts/notice-text.js';
import { store, useStore, useTexts } from '../store.js';

/** The notice, for whoever wants to read it. */
export function Notice() {
  const texts = useTexts();
  return <NoticeFrame title={texts('notice.title')} />;
}

interface NoticeFrameProps {
  readonly title: string;
  readonly lead?: string;
  /** What to do with it; `hash` once the whole notice was seen. */
  readonly choices?: (hash: string | undefined) => ComponentChildren;
}

/** The notice with what may follow it. When the whole of it stood on the screen, the service is told (M5.0). */
export function NoticeFrame({ title, lead, choices }: NoticeFrameProps) {
  const notice = useNotice();
  const noticeSeen = useStore((state) => state.noticeSeen);
  const language = useStore((state) => state.language);
  const seen = notice?.hash === noticeSeen ? noticeSeen : undefined;
  const onSeen = (hash: string) => {
    store.set({ noticeSeen: hash });
    void tellNoticeDisplayed({ hash, language });
  };
  return (
    <Frame title={title} kind="reading">
      {lead !== undefined && <p class="lead">{lead}</p>}
      {notice !== undefined && (
        <NoticeText key={notice.hash + notice.language} notice={notice} seen={seen !== undefined} onSeen={onSeen}>
          {choices?.(seen)}
        </NoticeText>
      )}
    </Frame>
  );
}

/** The current notice in the language that is chosen now; a change of it is read again. */
function useNotice(): NoticeView | undefined {
  const language = useStore((state) => state.language);
  const hash = useStore(({ site }) => site?.noticeHash);
  const [notice, setNotice] = useState<NoticeView>();
  useEffect(() => {
    let wanted = true;
    void ask(() => api.notice(language)).then((found) => {
      if (wanted && found !== undefined) setNotice(found);
    });
    return () => {
      wanted = false;
    };
  }, [language, hash]);
  return notice;
}
