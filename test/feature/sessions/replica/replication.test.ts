import { openReplicaFile } from './open-machines.ts';
import { describeReplication } from './replication-cases.ts';

describeReplication(openReplicaFile);
