import { addonStatus } from '../addon/index.js';
import { residentBytes } from '../platform/index.js';
import { health } from './health.js';
import type { Services } from './services.js';

/** Prometheus text format; counts and states only. */
export function metricsText(services: Services): string {
  const { store, gallery, vision, outbox } = services;
  const running = vision?.facts()?.modelId;
  const { methods, cameras, records } = health(services);
  const held = gallery()?.memory();
  const told = outbox.list();
  const backlog = Math.max(0, ...told.map(({ newest, cursor }) => newest - cursor));
  const deadLetters = told.reduce((sum, listener) => sum + listener.deadLetters, 0);
  const lines = [
    ...gauge('menshen_up', 'The service answers.', 1),
    ...gauge('menshen_face_mode', 'Face mode is on (1) or off (0).', methods.face.works ? 1 : 0),
    ...gauge(
      'menshen_records_written',
      'Records get to the disk (1) or nothing is granted (0).',
      records.works ? 1 : 0,
    ),
    ...gauge('menshen_subjects', 'People in the store.', store.subjects.count()),
    ...gauge('menshen_templates', 'Templates in the store.', store.templates.count()),
    ...(running === undefined
      ? []
      : gauge(
          'menshen_templates_of_other_models',
          'People who enrol again at their next pass with card and PIN.',
          store.templates.peopleWithout(running),
        )),
    ...gauge('menshen_gallery_size', 'Templates in memory for identification.', gallery()?.size ?? 0),
    ...gauge('menshen_gallery_locked_bytes', 'Gallery memory that is locked.', held?.lockedBytes ?? 0),
    ...gauge('menshen_event_serial', 'Serial number of the newest event.', store.auditLog.newestEventSerial()),
    ...gauge('menshen_listeners', 'Listeners that events are sent to.', told.length),
    ...gauge('menshen_listeners_failing', 'Listeners whose last message failed.', told.filter(isFailing).length),
    ...gauge('menshen_listener_backlog', 'Events that the furthest behind of them has not got.', backlog),
    ...syslogLines(services),
    ...gauge('menshen_dead_letters', 'Events that listeners refused.', deadLetters),
    ...gauge('menshen_disk_free_bytes', 'Free space where the store lives.', store.reserve.freeBytes()),
    ...gauge('menshen_resident_bytes', 'Memory of the daemon.', residentBytes()),
    `# HELP menshen_implementation Which comparison and pixel code runs.`,
    `# TYPE menshen_implementation gauge`,
    `menshen_implementation{name="${addonStatus().implementation}"} 1`,
    ...cameras.flatMap(({ cameraId, state, framesDelivered, framesSkipped, reopened }) => [
      `menshen_camera_live{camera="${cameraId}"} ${state === 'live' ? 1 : 0}`,
      `menshen_camera_frames_total{camera="${cameraId}"} ${framesDelivered}`,
      `menshen_camera_frames_skipped_total{camera="${cameraId}"} ${framesSkipped}`,
      `menshen_camera_reopened_total{camera="${cameraId}"} ${reopened}`,
    ]),
    ...droppedFaces(services),
  ];
  return `${lines.join('\n')}\n`;
}

/** Not in the public health report: how many people stand beside the gate is nobody else's business. */
function droppedFaces({ vision }: Services): string[] {
  const cameras = vision?.cameras() ?? [];
  if (cameras.length === 0) return [];
  return [
    '# HELP menshen_faces_outside_zone_dropped_total Faces dropped at detection because they were outside the capture zone, once a frame.',
    '# TYPE menshen_faces_outside_zone_dropped_total counter',
    ...cameras.map(
      ({ cameraId, facesDropped = 0 }) =>
        `menshen_faces_outside_zone_dropped_total{camera="${cameraId}"} ${facesDropped}`,
    ),
  ];
}

function syslogLines({ syslog }: Services): string[] {
  if (syslog === undefined) return [];
  const { backlog, lost, problem } = syslog.state();
  return [
    ...gauge(
      'menshen_syslog_works',
      'The collector took the newest message (1) or not (0).',
      problem === undefined ? 1 : 0,
    ),
    ...gauge('menshen_syslog_backlog', 'Audit entries that the collector has not got yet.', backlog),
    ...gauge('menshen_syslog_lost', 'Audit entries that it will never get, since the start.', lost),
  ];
}

const gauge = (name: string, help: string, value: number): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  `${name} ${value}`,
];

const isFailing = ({ failures }: { readonly failures: number }): boolean => failures > 0;
