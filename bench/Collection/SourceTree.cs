using System.Text;
using FutureHouse.Packaging;

namespace FutureHouse.Bench.Collection;

/// <summary>A tree like that of a large program: files of text of all sizes with identifiers that come again, some pictures and archives among them. The same every time.</summary>
internal static class SourceTree
{
    private const int FilesOfDirectory = 40;
    private static readonly string[] Keywords = ["if", "else", "for", "while", "return", "static", "const", "void", "int", "struct", "unsigned", "break", "case", "switch", "sizeof", "NULL"];

    public static long Make(string root, int files, long bytes)
    {
        var random = new Random(4);
        var words = Enumerable.Range(0, 20_000).Select(_ => Word(random)).ToArray();
        var mean = bytes / (double)files;
        var text = new StringBuilder();
        var total = 0L;
        for (var i = 0; i < files; i++)
        {
            var folder = Path.Combine(root, $"module{i / FilesOfDirectory / 20:d3}", $"{words[i / FilesOfDirectory % words.Length]}{i / FilesOfDirectory}");
            if (i % FilesOfDirectory == 0)
            {
                Directory.CreateDirectory(folder);
            }

            // Log-normal about the mean, as files of source trees are.
            var size = (int)Math.Min(mean * 60, mean * Math.Exp((Normal(random) * 1.2) - 0.72));
            var incompressible = random.Next(100) < 3;
            var content = incompressible ? Noise(random, size) : Encoding.UTF8.GetBytes(Text(random, words, text, size));
            File.WriteAllBytes(Path.Combine(folder, $"{words[random.Next(words.Length)]}_{i}{(incompressible ? ".png" : ".c")}"), content);
            total += content.Length;
        }

        return total;
    }

    public static List<TreeItem> Items(string root) =>
        new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(i => new TreeItem(
                Path.GetRelativePath(root, i.FullName).Replace(Path.DirectorySeparatorChar, '/'), i.FullName, i is DirectoryInfo, i is FileInfo f ? f.Length : 0, i.LastWriteTimeUtc,
                OperatingSystem.IsWindows() ? null : i.UnixFileMode))
            .ToList();

    private static string Text(Random random, string[] words, StringBuilder text, int size)
    {
        text.Clear();
        var local = Enumerable.Range(0, 60).Select(_ => words[random.Next(words.Length)]).ToArray(); // a file speaks of a few things
        var depth = 0;
        while (text.Length < size)
        {
            text.Append('\t', depth);
            for (var n = 1 + random.Next(7); n > 0; n--)
            {
                var roll = random.Next(100);
                text.Append(roll < 20 ? Keywords[random.Next(Keywords.Length)] : roll < 75 ? local[(int)(local.Length * Math.Pow(random.NextDouble(), 2))] : roll < 88 ? words[random.Next(words.Length)] : random.Next(4096).ToString("x", null));
                text.Append(" =(),->*&+;"[random.Next(11)]).Append(random.Next(2) == 0 ? " " : string.Empty);
            }

            depth = Math.Clamp(depth + random.Next(3) - 1, 0, 5);
            text.Append(";\n");
        }

        text.Length = size;
        return text.ToString();
    }

    private static byte[] Noise(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Word(Random random)
    {
        const string syllables = "ba ca de fi go hu ka le mi no pu ra se ti vo xa re in str al get set buf ctx dev reg";
        var parts = syllables.Split(' ');
        return string.Join(random.Next(3) == 0 ? "_" : string.Empty, Enumerable.Range(0, 2 + random.Next(3)).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
