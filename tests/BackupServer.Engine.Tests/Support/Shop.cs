namespace BackupServer.Engine.Tests.Support;

/// <summary>A small application with one of everything that a restore treats in its own way.</summary>
internal static class Shop
{
    public static InMemoryCluster Install(InMemoryCluster cluster)
    {
        foreach (var json in Objects)
        {
            cluster.Add(json);
        }

        return cluster;
    }

    private static readonly string[] Objects =
    [
        """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"orders.shop.example.com"},"spec":{"group":"shop.example.com","scope":"Namespaced","names":{"plural":"orders","kind":"Order"},"versions":[{"name":"v1","subresources":{"status":{}}}]}}""",
        """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"fast"},"provisioner":"local.example.com"}""",
        """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"unrelated"},"provisioner":"local.example.com"}""",
        """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"team":"a"}}}""",
        """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}}""",
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt","namespace":"shop"},"data":{"ca.crt":"x"}}""",
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},"data":{"a":"1"}}""",
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"prices","namespace":"shop"},"data":{"a":"2"}}""",
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"elsewhere","namespace":"other"},"data":{"a":"3"}}""",
        """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"database","namespace":"shop"},"type":"Opaque","data":{"password":"cGFzc3dvcmQ="}}""",
        """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"shop","namespace":"shop"}}""",
        """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"shop-nodes"},"rules":[]}""",
        """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"shop-nodes"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"shop-nodes"},"subjects":[{"kind":"ServiceAccount","name":"shop","namespace":"shop"}]}""",
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"type":"ClusterIP","clusterIP":"10.0.0.7","clusterIPs":["10.0.0.7"],"selector":{"app":"web"},"ports":[{"port":80}]}}""",
        """{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"web","namespace":"shop"},"subsets":[]}""",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"deployment-web"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}}}}""",
        """{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-1","namespace":"shop","uid":"replicaset-web","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"deployment-web","controller":true}]},"spec":{"replicas":1}}""",
        """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"shop","uid":"statefulset-db"},"spec":{"replicas":1,"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"storageClassName":"fast"}}]}}""",
        """{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv-data"},"spec":{"capacity":{"storage":"1Gi"},"persistentVolumeReclaimPolicy":"Delete","storageClassName":"fast","local":{"path":"/x"},"claimRef":{"namespace":"shop","name":"data-db-0","uid":"claim-data"}},"status":{"phase":"Bound"}}""",
        """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data-db-0","namespace":"shop","uid":"claim-data","annotations":{"pv.kubernetes.io/bind-completed":"yes","volume.kubernetes.io/selected-node":"node-1"}},"spec":{"storageClassName":"fast","volumeName":"pv-data","resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound"}}""",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"db-0","namespace":"shop","uid":"pod-db","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"statefulset-db","controller":true}]},"spec":{"nodeName":"node-1","serviceAccountName":"shop","containers":[{"name":"db","image":"db","volumeMounts":[{"name":"data","mountPath":"/data"}]}],"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data-db-0"}}]},"status":{"phase":"Running"}}""",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-x","namespace":"shop","uid":"pod-web","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"replicaset-web","controller":true}]},"spec":{"nodeName":"node-1","containers":[{"name":"web","image":"web"}]},"status":{"phase":"Running"}}""",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"debug","namespace":"shop"},"spec":{"nodeName":"node-1","containers":[{"name":"debug","image":"debug"}]},"status":{"phase":"Running"}}""",
        """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"migrate","namespace":"shop"},"spec":{},"status":{"completionTime":"2026-01-01T00:00:00Z","succeeded":1}}""",
        """{"apiVersion":"v1","kind":"Event","metadata":{"name":"noise","namespace":"shop"},"reason":"x"}""",
        """{"apiVersion":"shop.example.com/v1","kind":"Order","metadata":{"name":"order-1","namespace":"shop","uid":"order-1-uid","finalizers":["shop.example.com/ship"]},"spec":{"n":1},"status":{"phase":"Shipped"}}""",
        """{"apiVersion":"shop.example.com/v1","kind":"Order","metadata":{"name":"a-return","namespace":"shop","ownerReferences":[{"apiVersion":"shop.example.com/v1","kind":"Order","name":"order-1","uid":"order-1-uid"}]},"spec":{"n":2}}""",
    ];
}
