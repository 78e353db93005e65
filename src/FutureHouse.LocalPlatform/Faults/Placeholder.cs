namespace FutureHouse.LocalPlatform.Faults;
internal static class Tmp { public static void UseFaults(this WebApplication a) { } public static void MapFaults(this WebApplication a) { } }
