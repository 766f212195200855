namespace BackupServer.DevCluster.CustomResources.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Literal,
    Operator,
}
