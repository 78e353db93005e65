namespace FutureHouse.HelpBuilder;

/// <summary>
/// Makes the module's help from its pages: <c>HelpBuilder MANIFEST PAGES OUTPUT</c>. Syntax, types and defaults come from the module as it was built, words from
/// the pages; a parameter without words, or words without a parameter, ends the build.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not [var manifest, var pages, var output])
        {
            Console.Error.WriteLine("usage: HelpBuilder MANIFEST PAGES OUTPUT");
            return 64;
        }

        var problems = new List<string>();
        var help = new MamlWriter();
        foreach (var command in ModuleReader.Read(manifest))
        {
            var file = Path.Combine(pages, command.Name + ".md");
            if (!File.Exists(file))
            {
                problems.Add($"{file}: missing");
                continue;
            }

            var page = HelpPage.Read(file);
            problems.AddRange(page.Check(command).Select(p => $"{file}: {p}"));
            help.Add(command, page);
        }

        if (problems.Count > 0)
        {
            problems.ForEach(Console.Error.WriteLine);
            return 1;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        help.Save(output);
        return 0;
    }
}
