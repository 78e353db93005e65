namespace FutureHouse.Transfer.Upload;

/// <summary>How a file is cut into parts (Protocol §4): equal sizes, rounded up, 5 MiB to 5 GiB but for the last, at most 10,000.</summary>
/// <param name="FileSize">Bytes of the file.</param>
/// <param name="PartSize">Bytes of every part but the last.</param>
/// <param name="Count">Number of parts; an empty file is one empty part.</param>
internal readonly record struct PartPlan(long FileSize, long PartSize, int Count)
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;
    private const int MaximumCount = 10_000;

    public static PartPlan For(long fileSize)
    {
        var preferred = fileSize < GiB ? 10 * MiB : fileSize < 10 * GiB ? 50 * MiB : 100 * MiB;
        var count = Math.Clamp(DivideUp(fileSize, preferred), 1, MaximumCount);
        var size = Math.Max(1, DivideUp(fileSize, count));
        return new PartPlan(fileSize, size, (int)Math.Max(1, DivideUp(fileSize, size)));
    }

    public long Offset(int index) => index * PartSize;

    public long Length(int index) => Math.Min(PartSize, FileSize - Offset(index));

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}
