import { WeightedChoice } from '../weighted-choice.ts';
import { SYSTEM32 } from './windows-services.ts';

/** A program somebody opens at a desktop. */
export interface DesktopProgram {
  readonly image: string;
  readonly commandLine: string;
  /** How long it stays open, in the middle. */
  readonly medianMs: number;
  /** Processes of its own that it starts. */
  readonly children?: number;
  readonly sites?: readonly string[];
  /** Files it writes; `%USER%` and `%N%` are filled in. */
  readonly files?: readonly string[];
}

const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\';
const DOCUMENTS = 'C:\\Users\\%USER%\\Documents\\';

function office(name: string, argument: string, own: Omit<DesktopProgram, 'image' | 'commandLine'>): DesktopProgram {
  return { image: `${OFFICE}${name}`, commandLine: `"${OFFICE}${name}" ${argument}`, ...own };
}

export const DESKTOP_PROGRAMS = new WeightedChoice<DesktopProgram>([
  [
    5,
    office('WINWORD.EXE', '/n', {
      medianMs: 600_000,
      sites: ['officeclient.example.com', 'intranet.corp.example'],
      files: [`${DOCUMENTS}report-%N%.docx`, `${DOCUMENTS}~$report-%N%.docx`],
    }),
  ],
  [4, office('EXCEL.EXE', '/e', { medianMs: 500_000, files: [`${DOCUMENTS}figures-%N%.xlsx`] })],
  [
    3,
    office('OUTLOOK.EXE', '/recycle', {
      medianMs: 3_000_000,
      sites: ['mail.example.com', 'autodiscover.example.com'],
      files: ['C:\\Users\\%USER%\\AppData\\Local\\Microsoft\\Outlook\\mail.ost'],
    }),
  ],
  [
    8,
    {
      image: 'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
      commandLine: '"C:\\Program Files\\Mozilla Firefox\\firefox.exe"',
      medianMs: 900_000,
      children: 3,
      sites: ['www.example.org', 'cdn.example.net', 'news.example.com', 'video.example.net', 'telemetry.example.org'],
      files: ['C:\\Users\\%USER%\\AppData\\Local\\Mozilla\\Firefox\\cache2\\entries\\%N%'],
    },
  ],
  [
    2,
    {
      image: 'C:\\Program Files\\Teams\\ms-teams.exe',
      commandLine: '"C:\\Program Files\\Teams\\ms-teams.exe"',
      medianMs: 4_000_000,
      children: 1,
      sites: ['chat.example.com', 'presence.example.com'],
    },
  ],
  [3, { image: `${SYSTEM32}notepad.exe`, commandLine: `"${SYSTEM32}notepad.exe"`, medianMs: 90_000 }],
  [
    2,
    {
      image: 'C:\\Program Files\\7-Zip\\7zG.exe',
      commandLine: '"C:\\Program Files\\7-Zip\\7zG.exe" a figures.7z',
      medianMs: 8000,
      files: [`${DOCUMENTS}figures-%N%.7z`],
    },
  ],
  [2, { image: `${SYSTEM32}cmd.exe`, commandLine: `"${SYSTEM32}cmd.exe" /c gpresult /r`, medianMs: 4000 }],
  [1, { image: `${SYSTEM32}Taskmgr.exe`, commandLine: `"${SYSTEM32}Taskmgr.exe" /4`, medianMs: 60_000 }],
]);
