import { escaped } from '../../language/index.js';
import { type ReportLanguage, type Status, statuses } from '../finding.js';
import type { ComplianceReport, ReportEvidence, ReportPart, ReportRow } from './report.js';
import { seconds } from './text.js';
import { modeWords, statusWords, warnings, word } from './words.js';

/** One printable page that needs nothing else: no script, no outside resource. */
export function reportAsHtml(report: ComplianceReport): string {
  const { language } = report;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${word('title', language)} – ${escaped(report.deviceId)}</title>
<style>${style}</style>
</head>
<body>
${[...statuses.map((status) => `only-${status}`), 'all'].map((id) => `<span id="${id}"></span>`).join('')}
<header>
<h1>${word('title', language)}</h1>
<p>${escaped(report.deviceId)} · ${escaped(report.version)} · <time datetime="${report.madeAt}">${report.madeAt}</time></p>
${warnings(report)
  .map((warning) => `<p class="demonstration">${escaped(warning)}</p>`)
  .join('\n')}
<p>${word('notLaw', language)} ${word('follow', language)}</p>
<nav aria-label="${word('filter', language)}"><ul>
<li><a href="#all">${word('everything', language)} <b>${report.rows.length}</b></a></li>
${statuses.map((status) => countLink(status, report)).join('\n')}
</ul></nav>
</header>
<main>
${report.rows.map((row) => section(row, language)).join('\n')}
${statistics(report)}
</main>
</body>
</html>
`;
}

function countLink(status: Status, { counts, language }: ComplianceReport): string {
  return `<li><a class="${status}" href="#only-${status}">${statusWords[status][language]} <b>${counts[status]}</b></a></li>`;
}

function section(row: ReportRow, language: ReportLanguage): string {
  const unconfirmed = row.unconfirmedWording ? ` · <em class="unconfirmed">${word('unconfirmed', language)}</em>` : '';
  return `<section class="row ${row.status}" id="${row.id}" aria-labelledby="${row.id}-title">
<h2 id="${row.id}-title"><a href="#${row.id}">${row.id}</a> ${escaped(row.obligation)} <span class="badge ${row.status}">${statusWords[row.status][language]}</span></h2>
<p class="clause">${escaped(row.clause)}${unconfirmed}</p>
${row.parts.map((part) => partMarkup(part, language)).join('\n')}
</section>`;
}

function partMarkup(part: ReportPart, language: ReportLanguage): string {
  const who =
    part.attestedBy === undefined
      ? ''
      : ` · ${word('by', language)} ${escaped(part.attestedBy)}, ${word('on', language)} ${escaped(part.on ?? '?')}`;
  const toDo =
    part.whatToDo === undefined
      ? ''
      : `\n<p class="to-do"><b>${word('whatToDo', language)}:</b> ${escaped(part.whatToDo)}</p>`;
  return `<div class="part">
<p><b>${modeWords[part.mode][language]}</b>: ${statusWords[part.status][language]}${who}</p>
<ul>${part.evidence.map((evidence) => `<li>${evidenceMarkup(evidence, language)}</li>`).join('')}</ul>${toDo}
</div>`;
}

function evidenceMarkup(evidence: ReportEvidence, language: ReportLanguage): string {
  const { text, auditSeq, documentHash, receiptId, route } = evidence;
  const places = [
    ...(auditSeq === undefined
      ? []
      : [link(`/v1/audit?after=${auditSeq - 1}&limit=1`, `${word('audit', language)} ${auditSeq}`)]),
    ...(documentHash === undefined
      ? []
      : [
          `${word('document', language)} <code title="${escaped(documentHash)}">${escaped(documentHash.slice(0, 12))}…</code>`,
        ]),
    ...(receiptId === undefined
      ? []
      : [link(`/v1/receipts/${encodeURIComponent(receiptId)}`, `${word('receipt', language)} ${receiptId}`)]),
    ...(route === undefined ? [] : [link(route, route)]),
  ];
  return `${escaped(text)}${places.length === 0 ? '' : ` <span class="where">(${places.join(', ')})</span>`}`;
}

function statistics({ statistics: methods, language }: ComplianceReport): string {
  const heads = ['method', 'steps', 'decisions', 'grants', 'median', 'ninetieth'] as const;
  const rows = methods.map(({ method, steps, decisions, grants, medianMs, ninetiethPercentileMs }) => {
    const cells = [steps, decisions, grants, seconds(medianMs), seconds(ninetiethPercentileMs)];
    return `<tr><th scope="row">${escaped(method)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<section aria-labelledby="statistics"><h2 id="statistics">${word('statistics', language)}</h2>
<table><thead><tr>${heads.map((head) => `<th scope="col">${word(head, language)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table></section>`;
}

const link = (address: string, text: string): string => `<a href="${escaped(address)}">${escaped(text)}</a>`;

/** The targets stand first in the page: the one chosen hides the rows of every other status, and the top stays in view. */
const filters = statuses.map((status) => `#only-${status}:target~main .row:not(.${status}){display:none}`).join('');

const style = `:root{color-scheme:light}
body{font:16px/1.5 system-ui,"Noto Sans SC","Noto Sans CJK SC",sans-serif;color:#1b1b1b;background:#fff;margin:0 auto;max-width:60rem;padding:1rem}
h1{margin:0 0 .25rem}h2{font-size:1.05rem;margin:0}a{color:#0b4f9e}
nav ul{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0}
nav a{display:inline-block;padding:.4rem .75rem;border:2px solid #555;border-radius:.4rem;text-decoration:none;color:#1b1b1b}
nav a:focus-visible,a:focus-visible{outline:3px solid #0b4f9e;outline-offset:2px}
.row{border:1px solid #bbb;border-inline-start:.5rem solid #555;border-radius:.3rem;padding:.75rem 1rem;margin:.75rem 0;break-inside:avoid}
.row:target{outline:3px solid #0b4f9e}
.clause,.where{color:#444}.clause{margin:.1rem 0 .4rem}.part{margin:.4rem 0 0}.part p,.part ul{margin:.15rem 0}
.badge{font-size:.85rem;padding:.1rem .5rem;border-radius:.3rem;border:2px solid;white-space:nowrap}
.row.not-met{border-inline-start-color:#a3161a}.badge.not-met{color:#a3161a}
.row.reminder{border-inline-start-color:#8a5200}.badge.reminder{color:#8a5200}
.row.attested{border-inline-start-color:#5b3a9e}.badge.attested{color:#5b3a9e}
.row.met{border-inline-start-color:#1c6b2a}.badge.met{color:#1c6b2a}
.badge.not-applicable{color:#555}.demonstration{font-weight:bold;border:2px solid #8a5200;padding:.5rem}
.to-do{background:#f4f1e6;padding:.3rem .5rem}code{overflow-wrap:anywhere}
table{border-collapse:collapse}th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:start}
${filters}
@media print{nav{display:none}body{max-width:none;padding:0;font-size:11px}a{color:inherit;text-decoration:none}}`;
