import { Markup } from './markup.js';

/** Holds no text of anybody else: nothing is inserted. */
export const pageStyle = new Markup(`
:root{color-scheme:light;--ink:#1c2330;--soft:#5b6472;--line:#dde2e8}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1060px;padding:24px 20px 60px;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:#fff}
h1{font-size:26px;margin:0 0 12px}h2{font-size:20px;margin:40px 0 8px;padding-top:12px;border-top:2px solid var(--ink)}
h3{font-size:16px;margin:28px 0 4px}h4{font-size:14px;margin:8px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:10px 0;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:600;color:var(--soft);font-size:13px;border-bottom:1px solid var(--ink);padding:4px 10px 4px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:4px 10px 4px 0;vertical-align:top}
small,.note{color:var(--soft);font-size:13px}code{font-size:13px;color:var(--soft);font-weight:400}
.mark{display:inline-block;background:#fff1cc;color:#6b4e00;border-radius:3px;padding:0 6px;font-size:12px;white-space:nowrap}
.files{table-layout:fixed}.files td{font-size:12px;overflow-wrap:anywhere}.files td:first-child{width:48px;overflow-wrap:normal}.side{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:24px}
figure{margin:0}figcaption{font-weight:600}
svg{display:block;max-width:760px;width:100%;height:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:6px 0}.legend svg{display:inline-block;width:12px;height:12px;margin-right:6px}
.grid{stroke:#e6eaef}.frame{fill:none;stroke:#9aa3af}.tick{font-size:11.5px;fill:#5b6472}.axis{font-size:12.5px;fill:#1c2330}
.threshold{stroke:#1c2330;stroke-dasharray:4 3}
details{margin:8px 0}summary{cursor:pointer;color:#0058a3}
footer{margin-top:40px;border-top:1px solid var(--line);color:var(--soft)}
@media (max-width:600px){.side{grid-template-columns:1fr}table{display:block;overflow-x:auto}}
@media print{details{display:none}section{break-inside:avoid-page}}
`);
