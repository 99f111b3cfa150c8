import { type Found, INJECTED, runStudy, type StudyRow } from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { type LessonOptions, readLesson, withLesson } from './lesson.ts';
import type { EnergyIo } from './options.ts';

interface StudyOptions extends LessonOptions {
  readonly json?: true;
}

/** `study`: how late and how often wrong the early warning is on a recording of one's own. */
export function addStudy(program: Command, io: EnergyIo): void {
  withLesson(program.command('study'))
    .description(
      'injects faults into a recording: delay and false alarms of our detectors beside a static threshold and a windowed Gaussian',
    )
    .option('--json', 'print JSON')
    .action((options: StudyOptions) => {
      const { lesson, test } = readLesson(options, io);
      const table = runStudy(lesson, test);
      io.out(options.json ? JSON.stringify(table, null, 2) : tableOf(table));
    });
}

function tableOf(rows: readonly StudyRow[]): string {
  const header = `| detector | false alarms a month | ${INJECTED.join(' | ')} |`;
  const line = `|${' --- |'.repeat(INJECTED.length + 2)}`;
  const body = rows.map(
    ({ detector, falseAlarmsAMonth, faults }) =>
      `| ${[detector, falseAlarmsAMonth.toFixed(2), ...INJECTED.map((fault) => cell(faults[fault]))].join(' | ')} |`,
  );
  const months = rows[0]?.months.toFixed(1) ?? '0';
  return [
    header,
    line,
    ...body,
    '',
    `${months} months judged; found within 28 days of trials, and their median delay.`,
  ].join('\n');
}

function cell({ trials, found, medianDelayDays }: Found): string {
  return `${found}/${trials}${medianDelayDays === null ? '' : `, ${medianDelayDays.toFixed(1)} d`}`;
}
