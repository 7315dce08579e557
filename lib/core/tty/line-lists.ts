import { CandidateMenu } from './candidate-menu.ts';
import { HistoryIndex } from './history-index.ts';
import { SearchList } from './search-list.ts';

/** What Tab and Ctrl-R open under the line. In a page it comes after the prompt; who reads lines elsewhere hands it in at once. */
export const lineLists = { CandidateMenu, HistoryIndex, SearchList };

export type LineLists = typeof lineLists;
