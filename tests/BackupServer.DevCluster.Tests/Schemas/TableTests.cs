using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Tests.Schemas;

public sealed class TableTests
{
    [Fact]
    public void Every_type_of_the_table_of_defaults_exists() =>
        Assert.All(DefaultTable.Instance.Types, type => Assert.True(SchemaCatalog.Instance.Has(type), type));

    [Fact]
    public void Every_type_of_the_table_of_validations_exists() =>
        Assert.All(ValidationTable.Instance.Types, type => Assert.True(SchemaCatalog.Instance.Has(type), type));

    [Fact]
    public void Every_bucket_of_the_table_of_kinds_is_served()
    {
        var served = BuiltInResources.Load(OpenApiSchemas.Shared).Select(resource => resource.Bucket).ToHashSet();

        Assert.All(KindTraits.Buckets, bucket => Assert.Contains(bucket, served));
    }

    [Fact]
    public void Every_bucket_of_the_table_of_columns_is_served()
    {
        var served = BuiltInResources.Load(OpenApiSchemas.Shared).Select(resource => resource.Bucket).ToHashSet();

        Assert.All(ColumnTable.All.Keys, bucket => Assert.Contains(bucket, served));
    }

    [Theory]
    [InlineData("replicas")]
    [InlineData("replicas = ")]
    [InlineData("@noSuchFunction")]
    public void A_line_that_is_no_rule_fails_with_the_line(string line)
    {
        var thrown = Assert.ThrowsAny<Exception>(() => DefaultRule.Parse(line));

        Assert.True(thrown is FormatException or System.Text.Json.JsonException);
    }
}
