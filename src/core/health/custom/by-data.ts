// Custom kinds whose health a table says. Statuses and messages of the kinds that Argo CD knows are its own.
import { health } from '../read.js';
import { byConditions, byPhase, conventional, type Judge, ready } from './rule.js';

const progressing = (message: string) => health('Progressing', message);

/** Strimzi says NotReady; an empty message when all is well. */
const strimzi = (waiting: string, reasonIsNot?: string): Judge =>
  byConditions(
    [
      { type: 'NotReady', status: 'True', is: 'Degraded', ...(reasonIsNot ? { reasonIsNot } : {}) },
      { type: 'Ready', status: 'True', is: 'Healthy', says: { text: '' } },
    ],
    progressing(waiting),
  );

const deployed = byConditions(
  [
    { type: 'Deployed', status: 'False', is: 'Degraded', says: 'reason' },
    { type: 'Deployed', status: 'True', is: 'Healthy', says: 'reason' },
  ],
  progressing('Waiting for initialization'),
);

const connector = byConditions(
  [
    { reason: 'UpToDate', status: 'True', is: 'Healthy' },
    { reason: 'UpdateFailed', is: 'Degraded' },
    { reason: 'DependencyNotFound', is: 'Degraded' },
    { reason: 'DependencyNotReady', is: 'Suspended' },
  ],
  progressing('Update in progress'),
);

const confluent = (name: string): Judge =>
  byPhase(
    ['status', 'phase'],
    { RUNNING: health('Healthy', `${name} running`), PROVISIONING: progressing(`${name} provisioning`) },
    progressing(`Waiting for ${name}`),
  );

const cronWorkflow = byConditions(
  [
    { type: 'SpecError', status: 'True', is: 'Degraded' },
    { type: 'SubmissionError', status: 'True', is: 'Degraded' },
    { type: 'Completed', status: 'True', is: 'Healthy' },
  ],
  health('Healthy', 'CronWorkflow is healthy.'),
);

const applicationSet = byConditions(
  [
    { type: 'ErrorOccurred', status: 'True', is: 'Degraded' },
    { type: 'ResourcesUpToDate', status: 'True', is: 'Healthy' },
  ],
  health('Healthy'),
);

const experiment = byPhase(
  ['status', 'phase'],
  {
    Pending: progressing('Experiment is pending'),
    Running: progressing('Experiment is running'),
    Successful: health('Healthy', 'Experiment is successful'),
    Failed: health('Degraded', 'Experiment has failed'),
    Error: health('Degraded', 'Experiment had an error'),
    '': progressing('Waiting for experiment to finish: status has not been reconciled.'),
  },
  progressing(''),
);

const jaeger = byPhase(
  ['status', 'phase'],
  { Running: health('Healthy', 'Jaeger is Running'), Failed: health('Degraded', 'Jaeger Failed For Some Reason') },
  progressing('Waiting for Jaeger'),
);

const istioOperator = (() => {
  const states = [
    health('Unknown', 'Component is not present.'),
    progressing('Component is being updated to a different version.'),
    progressing('Controller has started but not yet completed reconciliation loop for the component.'),
    health('Healthy', 'Component is healthy.'),
    health('Degraded', 'Component is in an error state.'),
  ];
  const names = ['NONE', 'UPDATING', 'RECONCILING', 'HEALTHY', 'ERROR'];
  const phases = Object.fromEntries(states.flatMap((state, i) => [[String(i), state] as const, [names[i] ?? '', state] as const]));
  return byPhase(['status', 'status'], phases, progressing('Waiting for Istio Control Plane'));
})();

const CONNECTORS =
  'cloudfunctions/CloudFunctionsFunction cloudscheduler/CloudSchedulerJob compute/ComputeDisk iam/IAMPartialPolicy iam/IAMPolicy iam/IAMPolicyMember iam/IAMServiceAccount pubsub/PubSubSubscription pubsub/PubSubTopic resourcemanager/Project sql/SQLDatabase sql/SQLInstance storage/StorageBucket storage/StorageBucketAccessControl storage/StorageDefaultObjectAccessControl';

/** By 'group/Kind': those that Argo CD judges by a script of its own. */
export const KNOWN: Readonly<Record<string, Judge>> = {
  'external-secrets.io/ExternalSecret': ready('Waiting for ExternalSecret'),
  'external-secrets.io/SecretStore': ready('Waiting for SecretStore'),
  'external-secrets.io/ClusterSecretStore': ready('Waiting for ClusterSecretStore'),
  'external-secrets.io/PushSecret': ready('Waiting for PushSecret'),
  'onepassword.com/OnePasswordItem': ready('Waiting for controller to report status'),
  'camel.apache.org/Integration': ready('Waiting for Integration'),
  'bitnami.com/SealedSecret': ready('Waiting for Sealed Secret to be decrypted', 'Synced'),
  'argoproj.io/EventBus': deployed,
  'argoproj.io/CronWorkflow': cronWorkflow,
  'argoproj.io/ApplicationSet': applicationSet,
  'argoproj.io/Experiment': experiment,
  'kafka.strimzi.io/Kafka': strimzi('Waiting for Kafka Cluster', 'Creating'),
  'kafka.strimzi.io/KafkaBridge': strimzi('Waiting for KafkaBridge'),
  'kafka.strimzi.io/KafkaConnect': strimzi('Waiting for Kafka Connect'),
  'kafka.strimzi.io/KafkaConnector': strimzi('Waiting for KafkaConnector'),
  'kafka.strimzi.io/KafkaTopic': strimzi('Waiting for Kafka Topic'),
  'kafka.strimzi.io/KafkaUser': strimzi('Waiting for Kafka User'),
  'platform.confluent.io/Kafka': confluent('Kafka'),
  'platform.confluent.io/Connect': confluent('Connect'),
  'platform.confluent.io/ControlCenter': confluent('ControlCenter'),
  'platform.confluent.io/KsqlDB': confluent('KsqlDB'),
  'platform.confluent.io/SchemaRegistry': confluent('SchemaRegistry'),
  'platform.confluent.io/Zookeeper': confluent('Zookeeper'),
  'jaegertracing.io/Jaeger': jaeger,
  'install.istio.io/IstioOperator': istioOperator,
  ...Object.fromEntries(CONNECTORS.split(' ').map((name) => [name.replace('/', '.cnrm.cloud.google.com/'), connector])),
};

const CONVENTIONAL: Readonly<Record<string, string>> = {
  Ready: [
    'cert-manager.io/CertificateRequest external-secrets.io/ClusterPushSecret postgresql.cnpg.io/Cluster postgresql.cnpg.io/Pooler',
    'karpenter.sh/NodePool karpenter.sh/NodeClaim karpenter.k8s.aws/EC2NodeClass serving.knative.dev/Route serving.knative.dev/Configuration',
    'serving.knative.dev/Revision eventing.knative.dev/Broker eventing.knative.dev/Trigger messaging.knative.dev/Subscription',
    'controlplane.cluster.x-k8s.io/KubeadmControlPlane cluster.x-k8s.io/MachineSet keda.sh/ScaledJob kyverno.io/ClusterPolicy kyverno.io/Policy',
    'notification.toolkit.fluxcd.io/Alert notification.toolkit.fluxcd.io/Provider rabbitmq.com/Queue rabbitmq.com/User',
    'mongodbcommunity.mongodb.com/MongoDBCommunity temporal.io/TemporalCluster grafana.integreatly.org/Grafana',
    'acid.zalan.do/OperatorConfiguration secrets.hashicorp.com/VaultStaticSecret secrets.hashicorp.com/VaultAuth metacontroller.k8s.io/CompositeController',
  ].join(' '),
  Available: 'monitoring.coreos.com/Alertmanager monitoring.coreos.com/ThanosRuler monitoring.coreos.com/PrometheusAgent',
  Programmed: 'gateway.networking.k8s.io/Gateway',
  Accepted: 'gateway.networking.k8s.io/GatewayClass',
  AllReplicasReady: 'rabbitmq.com/RabbitmqCluster',
  Succeeded: 'tekton.dev/PipelineRun tekton.dev/TaskRun',
};

/** Those that follow the convention of conditions, which Argo CD leaves without health. */
export const BY_CONVENTION: Readonly<Record<string, Judge>> = Object.fromEntries(
  Object.entries(CONVENTIONAL).flatMap(([type, kinds]) => kinds.split(' ').map((kind): [string, Judge] => [kind, conventional({ type })])),
);
