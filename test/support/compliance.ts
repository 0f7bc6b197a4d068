/** The compliance report of a real site, over its HTTP interface, as its operators and auditors get it. */
import type { FastifyInstance } from 'fastify';
import type { ComplianceReport, ReportPart, ReportRow } from '#menshen/compliance/index.js';
import { buildServer } from '#menshen/http/index.js';
import { servicesOf } from './screen.js';
import { openSite, type Site, type SiteOptions } from './site.js';
import { tempFolder } from './temp-store.js';

const servers: FastifyInstance[] = [];

/** Ends every server a test opened. */
export async function closeReports(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

/** A site whose report can be asked for; `row` asks for one obligation. */
export async function reportedSite(options: SiteOptions = {}) {
  const folder = tempFolder();
  const site = openSite({ ...options, changes: { 'store.folder': folder, ...options.changes } });
  return { site, folder, ...(await reportsOf(site)) };
}

/** The same over a site that is there. */
export async function reportsOf(site: Site) {
  const server = await buildServer(servicesOf(site), { local: true });
  servers.push(server);
  const get = async <Body>(path: string) => {
    const { statusCode: status, body: text, headers } = await server.inject({ method: 'GET', url: path });
    const isJson = String(headers['content-type']).includes('json');
    return { status, headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  };
  return {
    get,
    report: async () => (await get<ComplianceReport>('/v1/compliance')).body,
    row: async (id: string): Promise<ReportRow> => (await get<ReportRow>(`/v1/compliance/${id}`)).body,
  };
}

/** Status of each part, in order. */
export const statusesOf = ({ parts }: ReportRow): string[] => parts.map(({ status }) => status);

/** All that a part shows, in one text. */
export const evidenceOf = (part: ReportPart | undefined): string =>
  part?.evidence.map(({ text }) => text).join('\n') ?? '';
