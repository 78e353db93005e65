using System.IO.Compression;
using System.Text;
using FutureHouse.Packaging.Zip;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>An entry of an archive made by hand, in which anything may be a lie.</summary>
internal sealed record HandmadeEntry(string Name, byte[] Content)
{
    public byte[]? RawName { get; init; }

    public string? LocalName { get; init; }

    public bool Deflate { get; init; }

    public int Method { get; init; } = -1;

    public int Flags { get; init; } = 1 << 11;

    public int Host { get; init; } = 3;

    public uint Attributes { get; init; } = 0x81A40000;

    public long? Size { get; init; }

    public long? CompressedSize { get; init; }

    public uint? Crc { get; init; }

    public long? Offset { get; init; }

    public byte[] Extra { get; init; } = [];

    public static HandmadeEntry Text(string name, string text = "text") => new(name, Encoding.UTF8.GetBytes(text));
}

/// <summary>Writes them, with headers that say what the entries say.</summary>
internal static class HandmadeZip
{
    public static byte[] Make(params HandmadeEntry[] entries) => Make(entries, null);

    public static byte[] Make(HandmadeEntry[] entries, int? count)
    {
        using var file = new MemoryStream();
        using var directory = new MemoryStream();
        using var to = new BinaryWriter(file);
        using var central = new BinaryWriter(directory);
        foreach (var entry in entries)
        {
            var name = entry.RawName ?? Encoding.UTF8.GetBytes(entry.Name);
            var local = entry.LocalName is { } other ? Encoding.UTF8.GetBytes(other) : name;
            var data = entry.Deflate ? Deflated(entry.Content) : entry.Content;
            var offset = entry.Offset ?? file.Position;
            to.Write(0x04034b50);
            to.Write((ushort)20);
            Common(to, entry, data, local);
            to.Write((ushort)0);
            to.Write(local);
            to.Write(data);
            central.Write(0x02014b50);
            central.Write((ushort)((entry.Host << 8) | 20));
            central.Write((ushort)20);
            Common(central, entry, data, name);
            central.Write((ushort)entry.Extra.Length);
            central.Write(new byte[6]);
            central.Write(entry.Attributes);
            central.Write((uint)offset);
            central.Write(name);
            central.Write(entry.Extra);
        }

        var start = file.Position;
        to.Write(directory.ToArray());
        to.Write(0x06054b50);
        to.Write(0);
        to.Write((ushort)(count ?? entries.Length));
        to.Write((ushort)(count ?? entries.Length));
        to.Write((uint)directory.Length);
        to.Write((uint)start);
        to.Write((ushort)0);
        to.Flush();
        return file.ToArray();
    }

    private static void Common(BinaryWriter to, HandmadeEntry entry, byte[] data, byte[] name)
    {
        to.Write((ushort)entry.Flags);
        to.Write((ushort)(entry.Method >= 0 ? entry.Method : entry.Deflate ? 8 : 0));
        to.Write(0);
        to.Write(entry.Crc ?? Crc32.Compute(entry.Content));
        to.Write((uint)(entry.CompressedSize ?? data.Length));
        to.Write((uint)(entry.Size ?? entry.Content.Length));
        to.Write((ushort)name.Length);
    }

    private static byte[] Deflated(byte[] content)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(content);
        }

        return output.ToArray();
    }
}
