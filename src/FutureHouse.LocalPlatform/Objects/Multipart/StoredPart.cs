using System.Globalization;

namespace FutureHouse.LocalPlatform.Objects.Multipart;

/// <summary>A part on disk. Its file's name tells all that is known of it, so that one rename stores both: <c>NUMBER-MD5-CRC32C</c>.</summary>
/// <param name="Number">1 to 10,000.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Md5">16 bytes.</param>
/// <param name="Crc32C">CRC32C.</param>
internal sealed record StoredPart(int Number, long Size, byte[] Md5, uint Crc32C)
{
    public string Md5Hex => Convert.ToHexStringLower(Md5);

    public string Md5Base64 => Convert.ToBase64String(Md5);

    /// <summary>Quoted MD5 in hex.</summary>
    public string ETag => $"\"{Md5Hex}\"";

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Number:D5}-{Md5Hex}-{Crc32C:x8}");

    /// <summary>All parts of an upload's folder by number.</summary>
    public static Dictionary<int, StoredPart> ReadFolder(string folder)
    {
        var parts = new Dictionary<int, StoredPart>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("?????-*"))
        {
            var fields = file.Name.Split('-');
            var number = int.Parse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture);
            parts[number] = new StoredPart(
                number, file.Length, Convert.FromHexString(fields[1]), uint.Parse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        return parts;
    }
}
