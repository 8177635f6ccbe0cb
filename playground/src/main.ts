// The page: puts the parts together.

import { ArgumentError, splitArgs } from './args.js';
import { byId, debounced, el, numberText, tabs } from './dom.js';
import { Editor } from './editor.js';
import { Client, Ended } from './engine/client.js';
import type { Features, Problem, StepMode } from './engine/debug.js';
import type { CommandFact, DebugState, RunRequest, RunResult, Usage } from './engine/protocol.js';
import { EXAMPLES, type Example } from './examples.js';
import type { Dump } from './keyspace.js';
import { decode, encode, FRAGMENT_MAX, isShared } from './share.js';
import { loadPrevious, loadSettings, loadWork, saveSettings, saveWork, setAside } from './store.js';
import { readable, sizeText, type Text } from './text.js';
import { KeyspaceView } from './views/keyspace.js';
import { LogView } from './views/log.js';
import { BytecodeView, DebuggerView } from './views/tools.js';
import { DEFAULT_LIMITS, emptyWork, FUEL_STEPS, MEMORY_STEPS, MODES, TIME_STEPS, type Mode, type Work } from './work.js';

type Status = 'starting' | 'idle' | 'running' | 'paused' | 'broken';

const settings = loadSettings();
let status: Status = 'starting';
let work: Work = emptyWork();
let features: Features = { check: false, listing: false, debug: false };
let commands: readonly CommandFact[] = [];
let reply = { cli: '', json: '' };
/** What a run has raised: its place is marked until the script changes. */
let raised: Problem | undefined;
let paused: Extract<DebugState, { state: 'paused' }> | undefined;

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const MOD = isMac ? '⌘' : 'Ctrl+';

// ---- parts ---------------------------------------------------------------------------------------

const log = new LogView();

const client = new Client({
  entries: () => work.entries,
  memoryMb: () => work.limits.memoryMb,
  onOutput: (lines, dropped) => log.add(lines, dropped),
});

const keyspace = new KeyspaceView(() => {
  if (status === 'idle') void client.request('dump', {}).then((dump) => showKeyspace(dump));
});

const editor = new Editor({
  parent: byId('editor'),
  source: '',
  breakpoints: [],
  mode: () => work.mode,
  commands: () => commands,
  onChange() {
    raised = undefined;
    edited();
    checkLater();
  },
  onCursor: (line) => bytecode.mark(line),
  onBreakpoints() {
    save();
    if (paused) void client.request('debugBreakpoints', { lines: editor.breakpoints });
  },
});

const bytecode = new BytecodeView(
  (line) => editor.mark({ linked: line === undefined ? [] : [line] }),
  (line) => editor.reveal(line, true),
);

const debuggerView = new DebuggerView(
  (level) => void showLevel(level),
  (handle, from) => client.request('debugChildren', { handle, from }),
);

const fields = { keys: byId<HTMLInputElement>('keys'), args: byId<HTMLInputElement>('args'), fn: byId<HTMLInputElement>('fn') };
const runButton = byId<HTMLButtonElement>('run');
const stopButton = byId<HTMLButtonElement>('stop');
const debugButton = byId<HTMLButtonElement>('debug');

document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  editor.view.focus();
});
// What was asked of a worker that has been ended comes to nothing.
addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof Ended) event.preventDefault();
});

// ---- what is kept --------------------------------------------------------------------------------

function current(): Work {
  return { ...work, source: editor.source, breakpoints: editor.breakpoints };
}

const save = debounced(300, () => saveWork(current()));
addEventListener('pagehide', () => save.now());
document.addEventListener('visibilitychange', () => save.now());

/** Something is not as the link said any more. */
function edited(): void {
  if (isShared(location.hash)) history.replaceState(null, '', location.pathname + location.search);
  save();
}

// ---- the fields ----------------------------------------------------------------------------------

function showMode(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) input.checked = input.value === work.mode;
  for (const element of document.querySelectorAll<HTMLElement>('[data-for]')) element.hidden = !element.dataset.for?.split(' ').includes(work.mode);
  byId('tab-cli').textContent = work.mode === 'lua' ? 'Lua' : 'redis-cli';
  byId('result-title').textContent = work.mode === 'lua' ? 'Values' : 'Reply';
  showInputs();
}

/** The words of a field, or what is wrong with it. */
function wordsOf(field: HTMLInputElement): Text[] | string {
  try {
    return splitArgs(field.value);
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
}

function showInputs(): void {
  const note = byId('inputs-note');
  if (work.mode === 'lua') {
    note.textContent = '';
    return;
  }
  const parts: string[] = [];
  let wrong = '';
  for (const [name, field] of [['KEYS', fields.keys], ['ARGV', fields.args]] as const) {
    const words = wordsOf(field);
    const isWrong = typeof words === 'string';
    field.setAttribute('aria-invalid', String(isWrong));
    if (isWrong) wrong ||= `${name}: ${words}`;
    else parts.push(...words.map((word, at) => `${name}[${at + 1}] = ${readable(word)}`));
  }
  note.textContent = wrong || parts.join(' · ') || 'Words as in redis-cli: quotes keep blanks, "\\x00" is a byte.';
  note.classList.toggle('bad', wrong !== '');
}

for (const [name, field] of Object.entries(fields) as [keyof typeof fields, HTMLInputElement][]) {
  field.addEventListener('input', () => {
    work[name] = field.value;
    showInputs();
    edited();
  });
}
byId('inputs').addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
for (const input of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) {
  input.addEventListener('change', () => {
    if (!MODES.includes(input.value as Mode)) return;
    work.mode = input.value as Mode;
    showMode();
    edited();
    checkLater();
  });
}
const respSelect = byId<HTMLSelectElement>('resp');
respSelect.addEventListener('change', () => {
  work.resp = respSelect.value === '3' ? 3 : 2;
  edited();
});

interface Slider {
  name: keyof Work['limits'];
  input: HTMLInputElement;
  steps: readonly number[];
  text(value: number): string;
}

function fuelText(fuel: number): string {
  if (fuel === 0) return '∞';
  return fuel >= 1e9 ? `${fuel / 1e9} G` : fuel >= 1e6 ? `${fuel / 1e6} M` : `${fuel / 1e3} K`;
}

function msText(ms: number): string {
  if (ms === 0) return '∞';
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

const sliders: readonly Slider[] = [
  { name: 'fuel', input: byId('limit-fuel'), steps: FUEL_STEPS, text: fuelText },
  { name: 'timeMs', input: byId('limit-time'), steps: TIME_STEPS, text: msText },
  { name: 'memoryMb', input: byId('limit-memory'), steps: MEMORY_STEPS, text: (value) => `${value} MB` },
];

function showLimits(): void {
  for (const { name, input, steps, text } of sliders) {
    input.max = String(steps.length - 1);
    input.value = String(steps.indexOf(work.limits[name]));
    const shown = text(work.limits[name]);
    input.setAttribute('aria-valuetext', shown === '∞' ? 'no limit' : shown);
    if (input.nextElementSibling) input.nextElementSibling.textContent = shown;
  }
  const { fuel, timeMs, memoryMb } = work.limits;
  byId('limits-text').textContent = `${fuelText(fuel)} fuel · ${msText(timeMs)} · ${memoryMb} MB`;
}

for (const { name, input, steps } of sliders) {
  input.addEventListener('input', () => {
    work.limits = { ...work.limits, [name]: steps[Number(input.value)] ?? work.limits[name] };
    showLimits();
    edited();
  });
}
byId<HTMLDetailsElement>('limits').open = matchMedia('(min-width: 761px) and (min-height: 640px)').matches;

/** Shows work in all fields; nothing runs. */
function show(next: Work, isFirst = false): void {
  work = next;
  fields.keys.value = work.keys;
  fields.args.value = work.args;
  fields.fn.value = work.fn;
  respSelect.value = String(work.resp);
  editor.setSource(work.source, !isFirst);
  editor.setBreakpoints(work.breakpoints);
  raised = undefined;
  showMode();
  showLimits();
  checkLater();
  showReply({ cli: '', json: '' });
  showUsage(undefined);
}

// ---- problems and bytecode -----------------------------------------------------------------------

let isChecking = false;

const checkLater = debounced(180, () => void checkNow());

async function checkNow(): Promise<void> {
  if (status === 'starting' || status === 'broken') return;
  if (isChecking) return checkLater();
  isChecking = true;
  const { source } = editor;
  try {
    const problems = await client.request('check', { source, mode: work.mode });
    if (editor.source === source) showProblems(problems);
    if (features.listing && settings.pane === 'bytecode') bytecode.show(await client.request('listing', { source, mode: work.mode }));
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  } finally {
    isChecking = false;
  }
}

function showProblems(found: readonly Problem[]): void {
  const problems = [...found, ...(raised ? [raised] : [])];
  editor.setProblems(problems);
  const list = byId('problems');
  list.replaceChildren(
    ...problems.slice(0, 20).map(({ line, message, severity }) => {
      const button = el('button', { type: 'button', className: `problem ${severity}` }, el('b', '', `Line ${line}`), el('span', '', readable(message)));
      button.addEventListener('click', () => editor.reveal(line, true));
      return button;
    }),
  );
}

// ---- results -------------------------------------------------------------------------------------

const replyView = byId('reply');

function showReply(next: { cli: string; json: string }, isBad = false): void {
  reply = next;
  const text = settings.form === 'json' ? reply.json : reply.cli;
  const isEmpty = text === '';
  const isRun = reply.json !== '';
  replyView.textContent = isEmpty ? (isRun ? 'The program has returned nothing.' : `Run the script to see its reply: ${MOD}Enter.`) : text;
  replyView.classList.toggle('empty', isEmpty);
  replyView.classList.toggle('bad', isBad && !isEmpty);
}

function tell(text: string, kind: '' | 'good' | 'bad' = '', isBusy = false): void {
  const element = byId('state');
  element.textContent = text;
  element.className = `state ${kind}${isBusy ? ' busy' : ''}`;
}

function meter(id: string, value: number, max: number): void {
  byId<HTMLMeterElement>(id).value = max > 0 && Number.isFinite(max) ? Math.min(1, value / max) : 0;
}

function showUsage(usage: Usage | undefined): void {
  const of = (id: string, text: string, limit: string): void => byId(id).replaceChildren(text, el('small', '', limit ? ` / ${limit}` : ''));
  if (!usage) {
    for (const id of ['usage-fuel', 'usage-time', 'usage-memory']) of(id, '–', '');
    for (const id of ['meter-fuel', 'meter-time', 'meter-memory']) meter(id, 0, 1);
    return;
  }
  const { fuel, ms, memory } = usage;
  of('usage-fuel', numberText(fuel), fuelText(work.limits.fuel));
  of('usage-time', ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`, msText(work.limits.timeMs));
  of('usage-memory', sizeText(memory.used), `${work.limits.memoryMb} MB`);
  byId('usage-memory').title = `At most ${sizeText(memory.peak)} since the page was opened`;
  meter('meter-fuel', fuel, work.limits.fuel);
  meter('meter-time', ms, work.limits.timeMs);
  meter('meter-memory', memory.used, memory.limit);
}

function showKeyspace(dump: Dump, changes?: RunResult['changes']): void {
  work.entries = dump.entries;
  keyspace.show(dump, changes);
  save();
}

function showResult(result: RunResult): void {
  const { failure } = result;
  showReply(result, failure !== undefined && failure.kind !== 'stopped');
  showUsage(result.usage);
  showKeyspace(result.dump, result.changes);
  if (result.functions) {
    byId('functions').replaceChildren(...result.functions.map((name) => el('option', { value: name })));
  }
  if (failure?.traceback) log.add([{ kind: 'trace', text: failure.traceback }]);
  const changes = result.changes.length;
  const changed = changes === 0 ? 'nothing changed' : `${changes} key${changes === 1 ? '' : 's'} changed`;
  if (!failure) tell(`${result.called ? `${result.called}: ` : ''}${changed}`, 'good');
  else if (failure.kind === 'stopped') tell(`Stopped, ${changed}`, 'bad');
  else tell(`${endText(failure.kind)}, ${changed}`, 'bad');
  raised = failure?.line !== undefined && failure.kind !== 'compile' ? { line: failure.line, message: failure.message, severity: 'error' } : undefined;
  void checkNow();
}

function endText(kind: string): string {
  return { fuel: 'Ended by the fuel limit', time: 'Ended by the time limit', memory: 'Ended by the memory limit', compile: 'Does not compile' }[kind] ?? 'Error';
}

const selectForm = tabs(byId('tab-cli').parentElement as HTMLElement, (tab) => {
  settings.form = tab.dataset.form === 'json' ? 'json' : 'cli';
  replyView.setAttribute('aria-labelledby', tab.id);
  showReply(reply, replyView.classList.contains('bad'));
  saveSettings(settings);
});

const selectPane = tabs(byId('tab-keyspace').parentElement as HTMLElement, (tab) => {
  settings.pane = (tab.dataset.pane ?? 'keyspace') as typeof settings.pane;
  for (const pane of ['keyspace', 'debugger', 'bytecode']) byId(`pane-${pane}`).hidden = pane !== settings.pane;
  editor.mark({ linked: [] });
  saveSettings(settings);
  if (settings.pane === 'bytecode') void checkNow();
});

function view(name: 'code' | 'result' | 'side'): void {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll<HTMLElement>('.views button')) button.setAttribute('aria-pressed', String(button.dataset.view === name));
}
for (const button of document.querySelectorAll<HTMLElement>('.views button')) {
  button.addEventListener('click', () => view(button.dataset.view as 'code'));
}
const isNarrow = matchMedia('(max-width: 760px)');

// ---- runs ----------------------------------------------------------------------------------------

let showStop: ReturnType<typeof setTimeout> | undefined;

function setStatus(next: Status): void {
  status = next;
  document.documentElement.dataset.status = next;
  const canGo = next === 'idle' || next === 'paused';
  runButton.disabled = !canGo;
  debugButton.disabled = !canGo;
  runButton.title = next === 'paused' ? 'Continue' : 'Run';
  debugButton.title = next === 'paused' ? 'Step over' : 'Step';
  debugButton.setAttribute('aria-label', debugButton.title);
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) input.disabled = paused !== undefined;
  byId('stepper').hidden = !paused;
  byId('view-side').textContent = paused ? 'Debugger' : 'Keyspace';
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-step]')) button.disabled = next !== 'paused' && button.dataset.step !== 'stop';
  editor.setReadOnly(paused !== undefined);
  clearTimeout(showStop);
  if (next === 'running') {
    // Most runs are over before anybody could press it.
    showStop = setTimeout(() => {
      stopButton.hidden = false;
      tell('Running…', '', true);
    }, 120);
  } else {
    const hadFocus = document.activeElement === stopButton;
    stopButton.hidden = true;
    if (hadFocus) runButton.focus();
  }
}

/** What is to be run, or nothing when a field is wrong. */
function request(): RunRequest | undefined {
  const keys = wordsOf(fields.keys);
  const args = wordsOf(fields.args);
  if (work.mode !== 'lua') {
    for (const [words, field] of [[keys, fields.keys], [args, fields.args]] as const) {
      if (typeof words !== 'string') continue;
      showInputs();
      view('code');
      field.focus();
      return undefined;
    }
  }
  const { mode, resp, limits, fn } = work;
  const isLua = mode === 'lua';
  return { mode, source: editor.source, keys: isLua ? [] : (keys as Text[]), args: isLua ? [] : (args as Text[]), fn: fn.trim(), resp, limits };
}

async function run(): Promise<void> {
  if (status === 'paused') return step('continue');
  if (status !== 'idle') return;
  const what = request();
  if (!what) return;
  edited();
  log.clear();
  setStatus('running');
  try {
    showResult(await client.request('run', what));
  } catch (error) {
    failed(error);
  }
  if (isNarrow.matches) view('result');
  setStatus('idle');
}

/** A request has come to nothing. */
function failed(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  showReply({ cli: text, json: JSON.stringify({ error: text }) }, !(error instanceof Ended));
  tell(error instanceof Ended ? 'Stopped, the keyspace is as it was before' : 'Something went wrong', 'bad');
}

async function stop(): Promise<void> {
  if (status === 'paused') return endSession();
  if (status !== 'running') return;
  const isReplaced = await client.stop();
  if (isReplaced) {
    leaveSession();
    showKeyspace(await client.request('dump', {}), []);
    setStatus('idle');
  }
}

// ---- stepping ------------------------------------------------------------------------------------

async function startSession(first?: StepMode): Promise<void> {
  if (status !== 'idle' || !features.debug) return;
  const what = request();
  if (!what) return;
  edited();
  log.clear();
  debuggerView.idle();
  const { breakpoints } = editor;
  setStatus('running');
  try {
    showDebug(await client.request('debugStart', { ...what, breakpoints, first: first ?? (breakpoints.length > 0 ? 'continue' : 'into') }));
  } catch (error) {
    leaveSession();
    failed(error);
    setStatus('idle');
  }
}

async function step(mode: StepMode): Promise<void> {
  if (status !== 'paused') return;
  setStatus('running');
  try {
    showDebug(await client.request('debugStep', { mode }));
  } catch (error) {
    leaveSession();
    failed(error);
    setStatus('idle');
  }
}

function showDebug(state: DebugState): void {
  if (state.state === 'done') {
    leaveSession();
    showResult(state.result);
    if (isNarrow.matches) view('result');
    setStatus('idle');
    return;
  }
  paused = state;
  const { line, stack, reason, usage, dump, changes } = state;
  setStatus('paused');
  byId('paused').textContent = `${reason === 'breakpoint' ? 'Breakpoint' : 'Paused'} before line ${line}`;
  const calls = stack.slice(1).map((level) => level.line).filter((at) => at > 0 && at !== line);
  editor.mark({ current: line, calls });
  editor.reveal(line);
  bytecode.mark(line);
  debuggerView.show(stack, 0, state);
  showUsage(usage);
  showKeyspace(dump, changes);
  tell('Paused');
  if (settings.pane === 'keyspace') selectPane(byId('tab-debugger'));
}

async function showLevel(level: number): Promise<void> {
  const at = paused;
  if (!at || status !== 'paused') return;
  const inspected = await client.request('debugLevel', { level });
  if (paused !== at) return;
  debuggerView.show(at.stack, level, inspected);
  const line = at.stack[level]?.line ?? 0;
  if (line > 0) editor.reveal(line);
}

function leaveSession(): void {
  paused = undefined;
  editor.mark({ current: undefined, calls: [] });
  debuggerView.idle();
}

async function endSession(): Promise<void> {
  setStatus('running');
  try {
    const result = await client.request('debugStop', {});
    leaveSession();
    showResult(result);
  } catch (error) {
    leaveSession();
    failed(error);
  }
  setStatus('idle');
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-step]')) {
  button.addEventListener('click', () => void (button.dataset.step === 'stop' ? stop() : step(button.dataset.step as StepMode)));
}
runButton.addEventListener('click', () => void run());
stopButton.addEventListener('click', () => void stop());
debugButton.addEventListener('click', () => void (paused ? step('over') : startSession()));

// ---- the prompt ----------------------------------------------------------------------------------

const prompt = byId<HTMLInputElement>('command');
const past: string[] = [];
let pastAt = 0;

byId('prompt').addEventListener('submit', async (event) => {
  event.preventDefault();
  const line = prompt.value.trim();
  if (line === '' || status !== 'idle') return;
  const argv = wordsOf(prompt);
  log.add([{ kind: 'command', text: line }]);
  if (typeof argv === 'string') {
    log.add([{ kind: 'failed', text: `Invalid argument(s): ${argv}` }]);
    return;
  }
  past.push(line);
  pastAt = past.length;
  prompt.value = '';
  edited();
  setStatus('running');
  try {
    const { cli, failed: isFailed, dump } = await client.request('command', { argv });
    log.add([{ kind: isFailed ? 'failed' : 'reply', text: cli }]);
    showKeyspace(dump, []);
  } catch (error) {
    failed(error);
  }
  setStatus('idle');
});
prompt.addEventListener('keydown', (event) => {
  const to = { ArrowUp: pastAt - 1, ArrowDown: pastAt + 1 }[event.key];
  if (to === undefined || to < 0 || to > past.length) return;
  event.preventDefault();
  pastAt = to;
  prompt.value = past[to] ?? '';
});
byId('flush').addEventListener('click', async () => {
  if (status !== 'idle') return;
  edited();
  showKeyspace(await client.request('load', {}), []);
});

// ---- dialogs -------------------------------------------------------------------------------------

function open(id: string): void {
  const dialog = byId<HTMLDialogElement>(id);
  if (!dialog.open) dialog.showModal();
}
for (const dialog of document.querySelectorAll('dialog')) {
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}

byId('examples').addEventListener('click', () => open('examples-dialog'));
byId('examples-list').append(
  ...EXAMPLES.map((example) => {
    const card = el('button', { type: 'button', className: 'card' }, el('b', '', example.title), el('span', '', example.teaches));
    card.dataset.example = example.id;
    card.addEventListener('click', () => {
      byId<HTMLDialogElement>('examples-dialog').close();
      void openExample(example);
    });
    return card;
  }),
);

function workOf({ mode, source, keys = '', args = '', fn = '', breakpoints = [], limits }: Example): Work {
  return { ...emptyWork(), mode, source, keys, args, fn, breakpoints: [...breakpoints], limits: { ...DEFAULT_LIMITS, ...limits } };
}

async function openExample(example: Example): Promise<void> {
  if (paused) await endSession();
  if (status !== 'idle') return;
  edited();
  log.clear();
  show(workOf(example));
  tell(example.title);
  view('code');
  const setup = (example.setup ?? '').split('\n').map(splitArgs).filter((words) => words.length > 0);
  showKeyspace(await client.request('load', { commands: setup }), []);
  editor.view.focus();
}

const shareLink = byId<HTMLInputElement>('share-link');
const withKeyspace = byId<HTMLInputElement>('share-keyspace');

async function makeLink(): Promise<void> {
  const all = current();
  const entries = withKeyspace.checked ? all.entries : [];
  const fragment = await encode({ ...all, entries });
  const url = new URL(location.href);
  url.hash = '';
  shareLink.value = url.href.replace(/#$/, '') + fragment;
  history.replaceState(null, '', fragment);
  const cut = entries.filter(({ isCut }) => isCut).length;
  const length = `${numberText(shareLink.value.length)} characters.`;
  const note = byId('share-note');
  note.classList.toggle('bad', shareLink.value.length > 30_000);
  if (fragment.length > FRAGMENT_MAX) {
    note.textContent = `${length} That is more than the playground opens: leave the keyspace out.`;
    return;
  }
  note.textContent =
    length +
    (shareLink.value.length > 30_000 ? ' Some programs cut links of this length; leave the keyspace out.' : '') +
    (cut > 0 ? ` ${cut} large value${cut === 1 ? ' is' : 's are'} only partly in it.` : '');
}

async function share(): Promise<void> {
  const count = work.entries.length;
  byId('share-keyspace-text').textContent = `With the keyspace (${count} key${count === 1 ? '' : 's'})`;
  await makeLink();
  open('share-dialog');
  shareLink.select();
}

byId('share').addEventListener('click', () => void share());
withKeyspace.addEventListener('change', () => void makeLink());
byId('share-copy').addEventListener('click', async () => {
  const note = byId('share-note');
  try {
    await navigator.clipboard.writeText(shareLink.value);
    note.textContent = 'Copied.';
  } catch {
    shareLink.select();
    note.textContent = 'The browser does not let this page copy: the link is selected.';
  }
});

const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  [`${MOD}Enter`, 'Run; go on while paused'],
  ['Esc', 'Stop'],
  ['F10', 'Begin to step; step over'],
  ['F11', 'Begin to step; step into'],
  ['Shift+F11', 'Step out'],
  ['F8', 'Go on to the next breakpoint'],
  ['F9', 'Breakpoint on this line'],
  [`${MOD}Space`, 'Completion'],
  [`${MOD}/`, 'Comment'],
  [`${MOD}F`, 'Search'],
  [`${MOD}S`, 'Share'],
  ['Esc, then Tab', 'Leave the editor'],
  ['?', 'This list (outside of the editor)'],
];
byId('shortcuts').append(...SHORTCUTS.flatMap(([keys, what]) => [el('dt', '', el('kbd', '', keys)), el('dd', '', what)]));
byId('help').addEventListener('click', () => open('help-dialog'));
for (const kbd of document.querySelectorAll<HTMLElement>('[data-mod]')) kbd.textContent = MOD + (kbd.dataset.mod ?? '');

// ---- keys ----------------------------------------------------------------------------------------

function isTyping(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox], [type=range]), select'));
}

// Before the editor, which has its own use for some of them.
document.addEventListener(
  'keydown',
  (event) => {
    if (document.querySelector('dialog[open]')) return;
    const { key, shiftKey, altKey } = event;
    const mod = event.metaKey || event.ctrlKey;
    const act = ((): (() => unknown) | undefined => {
      if (altKey) return undefined;
      if (mod && key === 'Enter') return run;
      if (mod && key.toLowerCase() === 's' && !shiftKey) return share;
      if (mod) return undefined;
      if (key === 'F8' && paused) return () => step('continue');
      if ((key === 'F10' || key === 'F11') && features.debug) {
        if (!paused) return () => startSession('into');
        return () => step(key === 'F10' ? 'over' : shiftKey ? 'out' : 'into');
      }
      return undefined;
    })();
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    void act();
  },
  true,
);
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && (status === 'running' || status === 'paused')) {
    event.preventDefault();
    void stop();
  } else if (event.key === '?' && !isTyping(event)) {
    event.preventDefault();
    open('help-dialog');
  }
});

// ---- colours -------------------------------------------------------------------------------------

const THEMES = { system: ['◐', 'as the system has them'], light: ['☀\ufe0e', 'light'], dark: ['☾\ufe0e', 'dark'] } as const;

function showTheme(): void {
  const [sign, text] = THEMES[settings.theme];
  const button = byId('theme');
  if (settings.theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.theme;
  button.title = `Colours: ${text}`;
  button.setAttribute('aria-label', button.title);
  if (button.firstElementChild) button.firstElementChild.textContent = sign;
}
byId('theme').addEventListener('click', () => {
  settings.theme = settings.theme === 'system' ? 'light' : settings.theme === 'light' ? 'dark' : 'system';
  showTheme();
  saveSettings(settings);
});
showTheme();

// ---- beginning -----------------------------------------------------------------------------------

function notice(text: string, action?: { text: string; act(): void }): void {
  const bar = byId('notice');
  const close = el('button', { type: 'button', className: 'button small plain', textContent: 'Dismiss' });
  close.addEventListener('click', () => {
    bar.hidden = true;
  });
  const button = action && el('button', { type: 'button', className: 'button small', textContent: action.text });
  button?.addEventListener('click', () => {
    bar.hidden = true;
    action?.act();
  });
  bar.replaceChildren(el('span', '', text), ...(button ? [button] : []), close);
  bar.hidden = false;
}

/** The work of the link; nothing of it runs before somebody says so. */
async function sharedWork(): Promise<Work | undefined> {
  if (!isShared(location.hash)) return undefined;
  try {
    return await decode(location.hash);
  } catch (error) {
    notice(`This link cannot be opened: ${error instanceof Error ? error.message : String(error)}.`);
    return undefined;
  }
}

async function replaceAll(next: Work): Promise<void> {
  if (paused) await endSession();
  if (status !== 'idle') return;
  show(next);
  showKeyspace(await client.request('load', { entries: next.entries }), []);
}

async function openShared(): Promise<Work | undefined> {
  const shared = await sharedWork();
  if (!shared) return undefined;
  setAside();
  const previous = loadPrevious();
  const differs = previous && previous.source !== shared.source && !EXAMPLES.some(({ source }) => source === previous.source);
  notice('This is from a link. Nothing has been run.', differs ? { text: 'Back to my own script', act: () => void replaceAll(previous) } : undefined);
  return shared;
}

addEventListener('hashchange', async () => {
  save.now();
  const shared = await openShared();
  if (shared) await replaceAll(shared);
});

async function begin(): Promise<void> {
  setStatus('starting');
  const [first] = EXAMPLES as readonly [Example, ...Example[]];
  const isNew = !isShared(location.hash) && !loadWork();
  show((await openShared()) ?? loadWork() ?? workOf(first), true);
  selectForm(byId(settings.form === 'json' ? 'tab-json' : 'tab-cli'));
  try {
    const ready = await client.start();
    ({ features, commands } = ready);
    byId('tab-debugger').hidden = debugButton.hidden = !features.debug;
    byId('tab-bytecode').hidden = !features.listing;
    setStatus('idle');
    const tab = byId(`tab-${settings.pane}`);
    selectPane(tab.hidden ? byId('tab-keyspace') : tab);
    showKeyspace(ready.dump, []);
    if (isNew) tell(first.title);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
    void checkNow();
  } catch (error) {
    setStatus('broken');
    showReply({ cli: `The engine could not be started: ${error instanceof Error ? error.message : String(error)}`, json: '{}' }, true);
  }
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    await navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  }
}

void begin();
