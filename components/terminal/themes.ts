import { darkTheme, makeTheme as theme, type Theme } from './theme.ts';

/**
 * All themes. The well-known ones are as their authors published them, but for colours that could not be read: these
 * were moved towards white or black until each text colour holds 4.5 : 1 on its backgrounds, 7 : 1 in high contrast
 * (WCAG 2.2, 1.4.3 and 1.4.6; themes.test.ts computes it). Only black on dark is left as it must be.
 */
export const themes: readonly Theme[] = [
  darkTheme,
  theme('light', 'Light', 'light', '#fbfcfd #eff3f6 #dfe6ec #17212b #51606e #0b6373 #ffffff #d3dae1 #75838f #b5d8e8', '#17212b #ab231b #1a6b37 #7a5200 #1f54b5 #8a2ea6 #0b6373 #5b6874', '#51606e #b8322a #1f7540 #855a00 #2b62c4 #963cb2 #0f6b7c #3c4853'),
  theme('contrast-dark', 'High contrast dark', 'dark', '#000000 #0a0a0a #2a2a2a #ffffff #d6d6d6 #5ff0ff #0e2426 #8a8a8a #b4b4b4 #0a4a8a', '#7a7a7a #ff9d98 #7dff9a #ffe066 #a3c8ff #f0b3ff #5ff0ff #f2f2f2', '#c4c4c4 #ffc2be #b0ffc2 #fff0a8 #cfe2ff #f8d8ff #b0f8ff #ffffff'),
  theme('contrast-light', 'High contrast light', 'light', '#ffffff #f4f4f4 #dcdcdc #000000 #333333 #00404d #ffffff #6b6b6b #4d4d4d #9fd0ff', '#000000 #8a0000 #00470f #553700 #002f8a #5c0077 #00404d #3a3a3a', '#333333 #8f0d0d #0a4d1a #5c3d00 #0a398f #650a80 #0a4a57 #1c1c1c'),
  theme('solarized-dark', 'Solarized dark', 'dark', '#002b36 #073642 #083d4a #a9b6b6 #8d9d9e #3ba9a0 #091918 #14505f #6f8b93 #0a4c5b', '#586e75 #e87876 #91a31a #bc951a #4da0da #e176aa #3ba9a0 #eee8d5', '#8d9d9e #dc8561 #9fb31a #cfa21f #5aa9e0 #9296d3 #5cc4bb #fdf6e3'),
  theme('solarized-light', 'Solarized light', 'light', '#fdf6e3 #f5eedb #ece5cf #4d626a #5b6f76 #1f7770 #ffffff #ded6bd #78868a #cfe0d8', '#073642 #ca2e2b #627100 #866500 #1e6fa8 #be3175 #1f7770 #5b6f76', '#5b6f76 #bb4514 #627100 #876600 #1d6ea9 #5f63ac #1f7871 #586e75'),
  theme('dracula', 'Dracula', 'dark', '#282a36 #2f3240 #44475a #f8f8f2 #a9b2d0 #8be9fd #152326 #44475a #8088a8 #44475a', '#6272a4 #ff6d6d #50fa7b #f1fa8c #bd93f9 #ff79c6 #8be9fd #f8f8f2', '#8f9ac3 #ff6e6e #69ff94 #ffffa5 #d6acff #ff92df #a4ffff #ffffff'),
  theme('nord', 'Nord', 'dark', '#2e3440 #363d4b #434c5e #d8dee9 #b0b9ca #88c0d0 #141d1f #4c566a #8a94a8 #4b5a75', '#4c566a #d69aa0 #a3be8c #ebcb8b #90acc8 #bf9eb8 #88c0d0 #e5e9f0', '#9ea9bd #d89a87 #b5cfa0 #f2d9a5 #9ab6d3 #c8a6c2 #8fbcbb #eceff4'),
  theme('gruvbox-dark', 'Gruvbox dark', 'dark', '#282828 #32302f #504945 #ebdbb2 #bdae93 #8ec07c #151d13 #504945 #928374 #504945', '#7c6f64 #fc6a59 #b8bb26 #fabd2f #83a598 #d3869b #8ec07c #ebdbb2', '#a89984 #fe8019 #cfd240 #fcd060 #9fbdb1 #e0a3b4 #a8d29a #fbf1c7'),
  theme('gruvbox-light', 'Gruvbox light', 'light', '#fbf1c7 #f2e5bc #ebdbb2 #3c3836 #665c54 #3b6f4f #ffffff #d5c4a1 #7c6f64 #d5c4a1', '#282828 #9d0006 #6d680d #8d5c10 #076678 #8f3f71 #3b6f4f #665c54', '#665c54 #c4231c #6d680d #8d5c10 #076678 #8f3f71 #3b6f4f #3c3836'),
  theme('tokyo-night', 'Tokyo Night', 'dark', '#1a1b26 #20222f #2f3348 #c0caf5 #9aa5ce #7dcfff #131f26 #33374c #737aa2 #33467c', '#565f89 #f7768e #9ece6a #e0af68 #7aa2f7 #bb9af7 #7dcfff #c0caf5', '#8089b3 #ff899d #b2dc85 #ecc384 #96b6fa #cbb2fa #9ddcff #ffffff'),
  theme('catppuccin', 'Catppuccin Mocha', 'dark', '#1e1e2e #262637 #363a4f #cdd6f4 #a6adc8 #89dceb #152123 #45475a #7f849c #45475a', '#585b70 #f38ba8 #a6e3a1 #f9e2af #89b4fa #cba6f7 #94e2d5 #bac2de', '#9399b2 #f5a3ba #b8ebb4 #fbebc4 #a3c5fb #d8bcf9 #abeadf #ffffff'),
];

/** `auto`: dark at any hour. `system`: as the system is by day and night. Both take high contrast where the system asks for it. */
export const themeChoices: readonly string[] = ['auto', 'system', ...themes.map(({ name }) => name)];

/** Undefined for a name that there is not. */
export function themeNamed(name: string, system: { isLight: boolean; wantsContrast: boolean }): Theme | undefined {
  if (name !== 'auto' && name !== 'system') return themes.find((theme) => theme.name === name);
  const scheme = name === 'system' && system.isLight ? 'light' : 'dark';
  return themes.find((theme) => theme.name === (system.wantsContrast ? `contrast-${scheme}` : scheme));
}
