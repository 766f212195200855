using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Tests.Resources;

public sealed class RoundTripTests
{
    public static TheoryData<string> Kinds =>
        [.. Types.Select(static type => type.Name)];

    private static IEnumerable<Type> Types => typeof(CustomResourceAttribute).Assembly.GetTypes().Where(static type => type.IsDefined(typeof(CustomResourceAttribute)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_full_object_reads_back_as_it_was_written(string kind)
    {
        var type = Types.Single(type => type.Name == kind);
        var full = Fill(type, 0)!;

        var json = JsonSerializer.Serialize(full, type, KubernetesJson.Options);
        var back = JsonSerializer.Deserialize(json, type, KubernetesJson.Options);

        Assert.Equal(json, JsonSerializer.Serialize(back, type, KubernetesJson.Options));
        Assert.DoesNotContain("null", json);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_object_writes_no_nulls_and_no_status(string kind)
    {
        var type = Types.Single(type => type.Name == kind);

        var json = JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, KubernetesJson.Options)!.AsObject();

        Assert.False(json.ContainsKey("status"));
        Assert.NotNull(json["spec"]);
        Assert.DoesNotContain("null", json.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Members_of_newer_versions_are_skipped(string kind)
    {
        var type = Types.Single(type => type.Name == kind);
        var node = JsonNode.Parse("""{"kind":"K","spec":{"unheardOf":{"a":[1]}},"status":{"phase":"New","alsoNew":3},"metadata":{"name":"n","managedFields":[]}}""")!;

        var resource = (ICustomResource)node.Deserialize(type, KubernetesJson.Options)!;

        Assert.Equal("n", resource.Metadata.Name);
    }

    /// <summary>A value for every member, so that none can be forgotten when a type grows.</summary>
    private static object? Fill(Type type, int depth)
    {
        if (Scalar(Nullable.GetUnderlyingType(type) ?? type, depth) is { } scalar)
        {
            return scalar;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var list = (IList)Activator.CreateInstance(type)!;
            list.Add(Fill(type.GetGenericArguments()[0], depth + 1));
            return list;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var map = (IDictionary)Activator.CreateInstance(type)!;
            map.Add("key", Fill(type.GetGenericArguments()[1], depth + 1));
            return map;
        }

        var instance = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.CanWrite))
        {
            property.SetValue(instance, Fill(property.PropertyType, depth + 1));
        }

        return instance;
    }

    private static object? Scalar(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text-{seed}",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 40 + seed,
        _ when type == typeof(long) => (1L << 40) + seed,
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(20_000 + seed),
        _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(90 + seed),
        { IsEnum: true } => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
        _ => null,
    };
}
