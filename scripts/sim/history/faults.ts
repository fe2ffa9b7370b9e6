// What goes wrong in a history. A new fault is one row of one of these tables. Every fault is over when its time is,
// and at the latest when the history comes to rest.
import { appFaults } from './app-happenings.ts';
import { callFaults } from './call-faults.ts';
import { clusterFaults } from './cluster-happenings.ts';
import { byNameAlone, type Happening } from './happening.ts';
import { processFaults } from './process-faults.ts';
import { raceFaults } from './race-faults.ts';

export const faults: Readonly<Record<string, Happening>> = {
  ...callFaults,
  ...processFaults,
  ...byNameAlone(clusterFaults),
  ...byNameAlone(appFaults),
  ...byNameAlone(raceFaults),
};
