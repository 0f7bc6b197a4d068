import type { ComponentChildren } from 'preact';

export type IconName = keyof typeof shapes;

/** Drawn here, in the text's colour; what it means always stands beside it in words. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}

const shapes = {
  card: (
    <>
      <rect x="2.5" y="5.5" width="19" height="13" rx="2.5" />
      <path d="M2.5 10h19M6 15h5" />
    </>
  ),
  pin: dots(),
  face: (
    <>
      <ellipse cx="12" cy="12" rx="5.5" ry="7" />
      <path d="M2.5 7V4.5a2 2 0 0 1 2-2H7M17 2.5h2.5a2 2 0 0 1 2 2V7M21.5 17v2.5a2 2 0 0 1-2 2H17M7 21.5H4.5a2 2 0 0 1-2-2V17" />
    </>
  ),
  code: <path d="M4 8V5.500h3M17 5.500h3V8M20 16v2.500h-3M7 18.500H4V16M8 12h.01M12 12h.01M16 12h.01" />,
  check: <path d="M4.5 12.500l5 5 10-11" />,
  cross: <path d="M6 6l12 12M18 6L6 18" />,
  swap: <path d="M4 9h14l-4-4M20 15H6l4 4" />,
  notice: (
    <>
      <path d="M6 2.500h8.500L19 7v14.500H6z" />
      <path d="M9 9h4M9 13h7M9 17h7" />
    </>
  ),
  consent: (
    <>
      <rect x="3.5" y="3.5" width="17" height="17" rx="3" />
      <path d="M8 12.500l3 3 5.5-6.5" />
    </>
  ),
  withdraw: <path d="M8.5 5L4 9.5 8.5 14M4.5 9.500H15a5 5 0 0 1 0 10h-4" />,
  data: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c0-4 2.5-6 6.5-6 1.5 0 2.8.3 3.8.8M15 17.500h6M15 21h6M15 14h6" />
    </>
  ),
  complaint: <path d="M4 4.500h16v12h-9l-5 4v-4H4zM12 7.500v4M12 13.800v.2" />,
  staff: (
    <>
      <path d="M4 17h16c-1.5-1.5-2-3-2-6a6 6 0 0 0-12 0c0 3-.5 4.5-2 6zM12 2.500V5M10 20h4" />
    </>
  ),
  language: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3z" />
    </>
  ),
  largeText: <path d="M2.5 19L8.5 5l6 14M4.6 14.500h7.800M15.5 19l3-8 3 8M16.6 16.500h3.8" />,
  voice: <path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15 9a4 4 0 0 1 0 6M17.5 6.500a8 8 0 0 1 0 11" />,
  voiceOff: <path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5" />,
  back: <path d="M14.5 5l-7 7 7 7" />,
  erase: <path d="M8.5 5.500H21v13H8.500L2.5 12zM12 9.500l5 5M17 9.500l-5 5" />,
  enter: <path d="M19 5.500v7H6M9.5 9L5.5 12.5 9.5 16" />,
  print: <path d="M7 8V3.500h10V8M7 17H3.500V8h17v9H17M7 14h10v6.500H7z" />,
  save: <path d="M12 3.500v11M7.5 10.500l4.5 4.5 4.5-4.500M4 19.500h16" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 6.500V12l3.5 2.5" />
    </>
  ),
  keyboard: (
    <>
      <rect x="2.5" y="6" width="19" height="12" rx="2" />
      <path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M7.5 14.500h9" />
    </>
  ),
} as const satisfies Record<string, ComponentChildren>;

function dots() {
  const places = [5, 12, 19];
  return places.flatMap((y) => places.map((x) => <circle key={`${x}-${y}`} class="solid" cx={x} cy={y} r="1.9" />));
}
