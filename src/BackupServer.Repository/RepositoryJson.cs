using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BackupServer.Repository.Configuration;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository;

/// <summary>Serializers of the small documents. Trees and indexes have readers and writers of their own, because they are streamed.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConfigDocument))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(MasterKeyDocument))]
[JsonSerializable(typeof(LockDocument))]
[JsonSerializable(typeof(Snapshot))]
internal sealed partial class RepositoryJson : JsonSerializerContext
{
    /// <summary>Plain characters stay plain: these files are data, never part of a page. A null or a missing member where there must be something is damage.</summary>
    public static RepositoryJson Documents { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
