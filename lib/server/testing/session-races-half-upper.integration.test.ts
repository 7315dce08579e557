import { sessionRaces } from './session-races.ts';

sessionRaces('upper');
