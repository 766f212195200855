using System.Text.Json;
using BackupServer.Abstractions.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Abstractions.Tests.Objects;

public sealed class ConverterTests
{
    [Theory]
    [InlineData("2026-11-21T14:00:00Z", "2026-11-21T14:00:00Z")]
    [InlineData("2026-11-21T15:00:00+01:00", "2026-11-21T14:00:00Z")]
    [InlineData("2026-11-21T14:00:00.987654Z", "2026-11-21T14:00:00Z")]
    public void Times_are_written_in_UTC_and_whole_seconds(string text, string written)
    {
        var time = JsonSerializer.Deserialize<DateTimeOffset>($"\"{text}\"", KubernetesJson.Options);

        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(time, KubernetesJson.Options));
    }

    [Fact]
    public void Any_time_reads_back_to_the_second() => Prop.ForAll<DateTimeOffset>(static time =>
    {
        var back = JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(time, KubernetesJson.Options), KubernetesJson.Options);
        return back == new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_bad_duration_is_named_with_examples()
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TimeSpan>("\"tomorrow\"", KubernetesJson.Options));

        Assert.Contains("\"tomorrow\" is no duration such as 1h30m", error.Message);
    }

    [Theory]
    [InlineData("pods", "", "pods")]
    [InlineData("deployments.apps", "apps", "deployments")]
    [InlineData("backups.backupserver.io", "backupserver.io", "backups")]
    public void Resources_are_written_as_kubectl_does(string text, string group, string resource)
    {
        Assert.Equal(new GroupResource(group, resource), GroupResource.Parse(text));
        Assert.Equal(text, new GroupResource(group, resource).ToString());
    }
}
