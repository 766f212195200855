using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Collecting;

/// <summary>Identity of a collected object, and where its bytes are spooled.</summary>
internal sealed record SpooledObject(ResourceType Type, string Namespace, string Name, string Uid, long Offset, int Length)
{
    public ObjectReference Reference => new(Type.Resource.GroupResource, new ObjectName(Namespace, Name));
}
