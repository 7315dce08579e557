import { isSettingName, parseSetting, settingAbout } from '@/lib/client/setting-words.ts';
import { FONT_SIZE_MAX, FONT_SIZE_MIN, settingKinds, settingNames, settingText, SETTINGS_PATH, type SettingName } from '@/lib/client/settings.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { chooseTheme, openPalette, runAction, startTour, update, type PageTools } from '../page-actions.ts';
import { themeChoices, themes } from '../themes.ts';
import { complain, remark, say } from './account-tools.ts';

type ScreenCommands = Record<'settings' | 'theme' | 'font' | 'tab' | 'split' | 'palette' | 'tour' | 'update', Command>;

/** Sets what was typed; answers the exit status. */
async function setOne(tools: PageTools, context: CommandContext, name: SettingName, text: string): Promise<number> {
  const value = parseSetting(name, text);
  if (value === undefined || (name === 'theme' && !themeChoices.includes(text))) {
    return complain(context, `${name} has to be ${settingKinds[name].expects}; ${JSON.stringify(text)} is not.`);
  }
  const problem = tools.settings.set(name, value);
  if (problem !== undefined) return complain(context, problem);
  return 0;
}

const none = (context: CommandContext) => {
  if (parseOptions(context.args, { short: '' }).operands.length > 0) throw new UsageError('it takes no arguments');
};

/** The commands of one page. */
export const screenCommandsOf = (tools: PageTools): ScreenCommands => ({
  settings: {
    name: 'settings',
    section: 'other',
    summary: 'How Selkie looks and behaves, on all your devices',
    usage: 'settings [NAME [VALUE]]',
    help: 'settings                       # all of them\n'
      + 'settings bell flash            # one is changed, at once and on every device\n'
      + 'settings font-size auto\n'
      + 'settings --reset bell          # as it was at first\n'
      + '\n'
      + `They are kept in ${SETTINGS_PATH.replace('/home/me', '~')}, which you can edit too.`,
    options: [['--reset', 'the named settings, or all, as they were at first']],
    verbs: settingNames,
    async run(context) {
      const { operands, has } = parseOptions(context.args, { short: '', long: { reset: 'reset' } });
      const [name, value, ...rest] = operands;
      if (has('reset')) {
        for (const each of operands.length === 0 ? settingNames : operands) {
          if (!isSettingName(each)) return complain(context, `There is no setting ${each}; \`settings\` lists them.`);
          const problem = tools.settings.reset(each);
          if (problem !== undefined) return complain(context, problem);
        }
        return 0;
      }
      if (rest.length > 0) throw new UsageError('name a setting and one value, as in: settings bell flash');
      const { current } = tools.settings;
      if (name === undefined) {
        const width = Math.max(...settingNames.map((each) => each.length));
        const lines = settingNames.map((each) => {
          const { words } = settingKinds[each];
          return `${each.padEnd(width)}  ${settingText(current[each]).padEnd(9)} ${settingAbout[each]}${words === undefined ? '' : ` (${words.join(', ')})`}`;
        });
        await context.stdout.write(new TextEncoder().encode(`${lines.join('\n')}\n`));
        return 0;
      }
      if (!isSettingName(name)) return complain(context, `There is no setting ${name}; \`settings\` lists them.`);
      if (value !== undefined) return setOne(tools, context, name, value);
      await say(context, settingText(current[name]));
      return 0;
    },
  },
  theme: {
    name: 'theme',
    section: 'other',
    summary: 'Choose the colours',
    usage: 'theme [NAME]',
    help: 'theme                 # all of them: the arrows show each, Enter keeps it, Esc leaves\n'
      + 'theme solarized-light\n'
      + 'theme system          # as the system is, by day and night\n'
      + 'theme --list',
    options: [['--list', 'the names of all themes']],
    verbs: themeChoices,
    async run(context) {
      const { operands, has } = parseOptions(context.args, { short: '', long: { list: 'list' } });
      const [name, ...rest] = operands;
      if (rest.length > 0) throw new UsageError('name one theme, as in: theme nord');
      if (has('list') || (name === undefined && context.terminal === undefined)) {
        const width = Math.max(...themes.map((theme) => theme.name.length));
        const lines = [
          `${'auto'.padEnd(width)}  dark at any hour, or high contrast where the system asks for it`,
          `${'system'.padEnd(width)}  as the system is, by day and night`,
          ...themes.map((theme) => `${theme.name.padEnd(width)}  ${theme.label}`),
        ];
        await context.stdout.write(new TextEncoder().encode(`${lines.join('\n')}\n`));
        return 0;
      }
      if (name !== undefined) return setOne(tools, context, 'theme', name);
      const problem = await chooseTheme(tools, context.signal);
      return problem === undefined ? 0 : complain(context, problem);
    },
  },
  font: {
    name: 'font',
    section: 'other',
    summary: 'The size of the letters',
    usage: 'font [SIZE]',
    help: 'font            # how large they are\n'
      + 'font 18         # pixels\n'
      + 'font +2\n'
      + 'font auto       # what fits the screen\n'
      + '\n'
      + 'Ctrl-+ and Ctrl-- do the same, Ctrl-0 goes back.',
    verbs: ['auto'],
    async run(context) {
      const [size, ...rest] = context.args;
      if (rest.length > 0) throw new UsageError('name one size, as in: font 16');
      const now = tools.panes.active.terminal.options.fontSize ?? 0;
      if (size === undefined) {
        await say(context, `${now}`);
        return 0;
      }
      const step = /^[+-]\d{1,2}$/.test(size) ? Math.min(FONT_SIZE_MAX, Math.max(FONT_SIZE_MIN, now + Number(size))) : undefined;
      return setOne(tools, context, 'font-size', step === undefined ? size : String(step));
    },
  },
  tab: {
    name: 'tab',
    section: 'other',
    summary: 'Open another terminal, or name this one',
    usage: 'tab [new | NUMBER | name NAME | close]',
    help: 'tab               # a new one (Alt-Shift-T)\n'
      + 'tab 2             # go to the second (Alt-2)\n'
      + 'tab name backups  # what its tab says\n'
      + 'tab close         # this terminal (Alt-Shift-W)',
    verbs: ['new', 'name', 'close'],
    async run(context) {
      const [verb = 'new', ...rest] = context.args;
      const { panes } = tools;
      if (verb === 'new') panes.newTab();
      else if (verb === 'name') panes.rename(rest.join(' '));
      else if (/^[1-9]\d?$/.test(verb)) {
        if (Number(verb) > panes.tabs) return complain(context, panes.tabs === 1 ? 'There is only one tab.' : `There are only ${panes.tabs} tabs.`);
        panes.showTab(Number(verb));
      } else if (verb === 'close') panes.close();
      else throw new UsageError(`${JSON.stringify(verb)} is none of new, a number, name and close`);
      return 0;
    },
  },
  split: {
    name: 'split',
    section: 'other',
    summary: 'Put another terminal beside this one',
    usage: 'split [right | down]',
    help: 'split          # beside it (Alt-Shift-V)\n'
      + 'split down     # below it (Alt-Shift-H)\n'
      + '\n'
      + 'Alt-Shift and an arrow goes to another pane; with Ctrl as well it moves the line between them.',
    verbs: ['right', 'down'],
    async run(context) {
      const [way = 'right', ...rest] = context.args;
      if ((way !== 'right' && way !== 'down') || rest.length > 0) throw new UsageError('say right or down, as in: split down');
      await runAction(tools, `split-${way}`);
      return 0;
    },
  },
  palette: {
    name: 'palette',
    section: 'other',
    summary: 'Choose from everything that can be done (F1)',
    usage: 'palette',
    help: 'palette\n\nF1 opens it at any time, also Ctrl-Shift-P and on a Mac Cmd-K. Ctrl-K stays what it is at any shell: it cuts to the end of the line.',
    async run(context) {
      none(context);
      // What is chosen may need the prompt, so this command ends first.
      tools.view.setTimeout(() => void openPalette(tools));
      return 0;
    },
  },
  tour: {
    name: 'tour',
    section: 'other',
    summary: 'Two minutes, to try it',
    usage: 'tour',
    help: 'tour\n\nEsc leaves it.',
    async run(context) {
      none(context);
      startTour(tools);
      return 0;
    },
  },
  update: {
    name: 'update',
    section: 'other',
    summary: 'Load the new version of Selkie, when there is one',
    usage: 'update [--now]',
    help: 'update          # loads it, if nothing runs elsewhere in this page\nupdate --now    # loads it in any case',
    options: [['--now', 'also while a command runs in another terminal']],
    async run(context) {
      const { operands, has } = parseOptions(context.args, { short: '', long: { now: 'now' } });
      if (operands.length > 0) throw new UsageError('it takes no arguments');
      const sentence = update(tools, has('now'));
      if (sentence !== undefined) await remark(context, sentence);
      return 0;
    },
  },
});
